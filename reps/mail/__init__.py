"""Mail that comes in: read, judged, and logged with the lead it is about. Nothing that was not understood is lost."""

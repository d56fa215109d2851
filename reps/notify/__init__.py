"""People are told. Events of the outbox -> notifications (dispatch) -> what goes out (sending), one file a channel."""

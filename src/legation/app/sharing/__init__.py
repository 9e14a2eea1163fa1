"""The sharing part put together: partners, collections, the server of both."""

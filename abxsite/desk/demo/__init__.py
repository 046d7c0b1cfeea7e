"""The demo workspace: an invented software vendor, made by the same services and imports that people use."""

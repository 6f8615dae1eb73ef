"""The commands behind ``huikuan bank | institution | user | calendar | vault``."""

"""Say what people are told of, in which words, and carry it to a file or by mail."""

from sync.alerts.causes import CAUSES, JOBS, OF_A_STATE, About, Cause
from sync.alerts.channels import Channel, FileChannel, Mail, MailChannel
from sync.alerts.notices import Kind, Notice, document_of, kind_due, text_of

__all__ = [
    "CAUSES",
    "JOBS",
    "OF_A_STATE",
    "About",
    "Cause",
    "Channel",
    "FileChannel",
    "Kind",
    "Mail",
    "MailChannel",
    "Notice",
    "document_of",
    "kind_due",
    "text_of",
]

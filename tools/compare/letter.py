"""Dresses a message as a letter for programs that read mail only.

The head is the same for every message, so that nothing but the body can be learnt.
"""
HEAD = "\r\n".join((
    "From: sender@example.invalid",
    "To: reader@example.invalid",
    "Subject: message",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
)) + "\r\n\r\n"


def letter(text):
    return (HEAD + text + "\r\n").encode()

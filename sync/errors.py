"""Say what can go wrong, by who acts next; every message carries ids and places, never a person's facts."""


class SyncError(Exception):
    """Something stopped the command; `advice` tells who does what next.

    `exit_code` is the command's exit code for this kind of trouble.
    """

    exit_code = 70
    advice = "Please report this: it is a fault of ims-sync."

    def __init__(self, what: str, advice: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        if advice is not None:
            self.advice = advice

    def __str__(self) -> str:
        return f"{self.what}\n  What to do: {self.advice}"


class WrongCall(SyncError):
    """The command was called with something that it cannot use."""

    exit_code = 2
    advice = "Call it again, corrected; --help shows an example."


class CannotWrite(SyncError):
    """An output could not be written; the older file stands as it was."""

    exit_code = 2
    advice = "Make room, or name another place, and run the command again; the older file stands as it was."


class BadConfiguration(SyncError):
    """A file in config/ or a setting in the environment is wrong; an admin mends it.

    `mistakes` names each by file and line.
    """

    exit_code = 2
    advice = "Mend the configuration as named above; `ims-sync crosswalk check` tells when it is right."

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class BadInput(SyncError):
    """An input file cannot be read as a table; whoever exported it exports it again."""

    exit_code = 3
    advice = "Export the file again, or mend it, and run the command again; nothing was written."


class UnfitBackup(SyncError):
    """A file is no backup that can be restored; whoever keeps the backups takes another one."""

    exit_code = 3
    advice = "Take another backup, or the key that this one was made with; nothing was changed."


class StoreError(SyncError):
    """The database did not do what was asked of it, and nothing of the transaction was kept.

    Its message never holds what a driver said: that may quote rows, or the password of the URL.
    """


class StoreUnavailable(StoreError):
    """The database cannot be reached, is locked by others or has no room; whoever runs it acts next."""

    exit_code = 4
    advice = "See that the database runs and has room, then run the command again: nothing was half-written."


class StoreUnfit(StoreError):
    """The database is not one that this ims-sync may use; an admin names another or brings it up to date."""

    exit_code = 2
    advice = "Name the right database with --database, or install the ims-sync that it belongs to."


class EnvironmentMismatch(SyncError):
    """The database belongs to another environment or target, so that nothing may go from one to the other."""

    exit_code = 5
    advice = "Use the database of this environment; a new environment starts with a new database."


class LeaseLost(SyncError):
    """A line is not this sender's any more, or was offered anew with other facts; nothing was sent."""

    exit_code = 5
    advice = "Nothing to do: whoever holds the line goes on with it."


class Unreachable(SyncError):
    """The other system gave no answer that can be used, also when asked again; whoever runs it brings it back."""

    exit_code = 4
    advice = (
        "Nothing is lost: the next run asks again. Where it stays so, ask those who run that system, or the network."
    )


class ChangedInterface(SyncError):
    """The other system answered, but not as agreed; an engineer compares its answer with the agreement."""

    exit_code = 4
    advice = "Ask those who run that system what they changed; no further call is made until both sides agree again."


class Forbidden(SyncError):
    """The other system does not let us in; an admin renews what we sign in with."""

    exit_code = 5
    advice = "An admin checks the client id and secret, and what they may do there; nothing goes on by itself."


class AskedToStop(SyncError):
    """Whoever runs it asked for the end, or the run counts as lost; what was under way was parked."""

    exit_code = 5
    advice = "Nothing to do: the next run goes on where this one stopped."


class RunUnderWay(SyncError):
    """Another run does the same on this database, and the two must not overlap."""

    exit_code = 5
    advice = "Wait until it has ended (`ims-sync runs` shows it), then run the command again; nothing was changed."


class StoppedToBeSafe(SyncError):
    """Nothing was pushed, because it would not have been safe; whoever runs it looks at what is named."""

    exit_code = 5
    advice = "Look at what is named above; nothing was sent."


class RetypedOtherwise(SyncError):
    """What a keyer typed a second time is not what was to be keyed; it does not count, and they look again.

    fields  which of `date` and `name` differ
    """

    exit_code = 2
    advice = "Look at the entry in iMatchSkills and type what stands there; if it cannot be put right, say not sure."

    def __init__(self, line_id: str, fields: list[str]) -> None:
        words = " and ".join({"name": "component"}.get(field, field) for field in fields)
        verb = "is not the one" if len(fields) == 1 else "are not those"
        super().__init__(f"the {words} that you typed {verb} to key ({line_id})")
        self.fields = fields


class Overtaken(SyncError):
    """What a person decided about is not what they saw any more; nothing of it was kept but in `own`.

    meanwhile  what others did since, in words
    own        what the person wrote, so that nothing of it is lost
    """

    exit_code = 5
    advice = "Look at it again as it is now, then decide again; what you wrote is shown with this message."

    def __init__(self, what: str, meanwhile: list[str], own: dict[str, str]) -> None:
        super().__init__("; ".join([what, *meanwhile]))
        self.meanwhile = meanwhile
        self.own = own

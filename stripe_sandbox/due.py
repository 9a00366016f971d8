"""What falls due as the sandbox's clock moves, in the order of its dates."""

from stripe_sandbox import debits, disputing, payments, payouts, refund_outcomes, settlement
from stripe_sandbox.billing import renewals
from stripe_sandbox.world import World

JOBS = {
    **settlement.JOBS,
    **payouts.JOBS,
    **refund_outcomes.JOBS,
    **disputing.JOBS,
    **debits.JOBS,
    **payments.JOBS,
    **renewals.JOBS,
}


def run_due(world: World) -> int:
    """Do everything that lies before the sandbox's now, oldest first; answers how many things were done.

    What one job plans may fall due in the same run: a year ahead means twelve renewals, each on its day.
    """
    return _run(world, tuple(JOBS))


def expire_due(world: World) -> int:
    """Only close the sessions whose time is over: nobody may pay or read them as open."""
    return _run(world, ("expire",))


def follow_up_due(world: World) -> int:
    """Only what belongs to an answer that a bank has just given."""
    return _run(world, (*debits.FOLLOW_UPS, "dispute_debit"))


def _run(world: World, jobs: tuple[str, ...]) -> int:
    marks = ", ".join("?" * len(jobs))
    until, done = world.now(), 0
    while True:
        row = world.store.run(
            f"select * from due where at <= ? and job in ({marks}) order by at, seq limit 1",  # noqa: S608 - our own words
            until,
            *jobs,
        ).fetchone()
        if row is None:
            return done
        world.store.run("delete from due where seq = ?", row["seq"])
        world.moment = row["at"]
        try:
            JOBS[row["job"]](world, row["target"])
        finally:
            world.moment = None
        done += 1

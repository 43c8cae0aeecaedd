"""The outside world in miniature: one vendor a file; knows the vendors, never our code.

    with serve(world="seeded") as sandbox:      # sandbox.serve: every vendor on a port of its own
        sandbox.vendors["stripe"].url           # real paths start at its root
        sandbox.environment                     # what connectors need to reach it
        sandbox.evolve(nights=1)                # the world goes on, the clock with it
        sandbox.faults.add({...})               # see sandbox.faults for every bad day there is

Frame: ``http`` (Request, Response) . ``routing`` (route) . ``vendor`` (Vendor, hears, discover) .
``store`` (Store, Collection, Row) . ``clock`` . ``limits`` . ``names`` (ids from keys) .
``happenings`` (facts a vendor turns into records) . ``faults``, ``sabotage`` . ``journal`` .
``admin`` (the side-channel) . ``server`` (a port) . ``serve``. ``world`` is who and what there is.
"""

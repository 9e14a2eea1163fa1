"""Attribution: who did it, in which layer, how likely, and how far that can be leaned on."""

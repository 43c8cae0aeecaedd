"""Stories of the ground everything stands on."""

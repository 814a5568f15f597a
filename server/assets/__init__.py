"""What browsers load: bundles, built files, the tablet's page."""

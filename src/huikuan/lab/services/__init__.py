"""Writers of the simulated bank, all through the services of the packages below."""

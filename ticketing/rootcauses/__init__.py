"""Root causes (溯源整改): why-chains, corrective actions with owners and dates, and whether they helped."""

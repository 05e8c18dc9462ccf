"""Live results of public services: offers, events, immersions, apprenticeship, missions locales, communes."""

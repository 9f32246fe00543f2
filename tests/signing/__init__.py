"""Keys, trust, containers and signatures over bytes."""

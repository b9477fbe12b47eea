"""To whose portfolio a service belongs, and the copies that whoever holds it has by rule (Bl10.3)."""

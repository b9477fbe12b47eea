"""The pages of enquiries: logging one, each verb on one, and agreements to go direct."""

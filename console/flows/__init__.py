"""What each action does, by topic: flow (the parts of all), rounds, rundown, air, questions, people, session."""

"""The built-in example session: city-30.toml, and the scores it imports: sms.csv, web.csv, media.csv."""

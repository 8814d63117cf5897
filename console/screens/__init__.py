"""One module a screen: show (the main one), ask (every dialog), palette, results, join, help."""

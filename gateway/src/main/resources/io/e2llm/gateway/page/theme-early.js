// Sets the chosen colour scheme before the first paint; theme.js does the rest.
try {
  const scheme = JSON.parse(localStorage.getItem('e2llm.settings') || '{}').scheme;
  if (scheme === 'light' || scheme === 'dark') document.documentElement.dataset.scheme = scheme;
} catch {
  // Storage is closed to this page: the system's scheme stays.
}

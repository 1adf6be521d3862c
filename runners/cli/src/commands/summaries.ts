/** Every command in the order of the help, with a summary in one line. */
export const commandSummaries = {
  demo: "Show the pipeline at work: two simulated days, from the API to the database and the archive",
  migrate: "Bring the database to the current schema, and load reference data",
  run: "Load the readings of every plant into the database, once or every minute",
  alert: "Check the plants once or every minute, and send an alert for each that needs someone",
  report: "Write the page that shows which plant needs whom as one HTML file",
  serve: "Serve that page on this machine, and keep it current",
  status: "Show what works and what does not, with the next step for each",
  rejections: "List the rejected responses, show one, or load those that are valid by now",
  archive: "Move readings older than a day from the database to verified Parquet files",
  backup: "Copy the SQLite database to a file while other programs use it, and check the copy",
  simulate: "Serve a simulated plant API on this machine",
  doctor: "Show the settings and their origin, and check database, archive and API",
  completion: "Print a script that completes commands and options in bash, zsh or fish",
} as const;

/** The same for the actions of commands, by command and action. */
export const actionSummaries: Readonly<Record<string, string>> = {
  "alert ack": "Mark an alert as taken over, so that no reminder is sent",
  "alert test": "Send a test message to each receiver",
  "rejections show": "Show a rejected response with every issue",
  "rejections retry": "Load the rejected responses that are valid by now",
  "rejections dismiss": "Close rejections without loading anything",
  "archive ls": "List the files of the archive by hour or day",
  "archive verify": "Check the files of the archive, and compare them with the database",
  "archive restore": "Load archived hours into this or another database",
};

export type CommandName = keyof typeof commandSummaries;

export const commandNames = Object.keys(commandSummaries) as CommandName[];

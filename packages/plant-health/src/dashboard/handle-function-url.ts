/** The fields of an event of a Lambda function URL, or of an HTTP API with payload version 2.0, that are used. */
export interface FunctionUrlEvent {
  /** Path, percent-encoded, such as `/status.json`. */
  readonly rawPath: string;
  /** Query without `?`. */
  readonly rawQueryString?: string | undefined;
  /** By name; several values of one name are joined by commas. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** Where and how the request arrived. */
  readonly requestContext: {
    /** Host of the function URL; `localhost` by default. */
    readonly domainName?: string | undefined;
    /** The part of the context that has the method. */
    readonly http: {
      /** In upper case, such as `GET`. */
      readonly method: string;
    };
  };
}

/** The response in the form that Lambda expects. */
export interface FunctionUrlResult {
  /** HTTP status. */
  readonly statusCode: number;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text. */
  readonly body: string;
  /** Always `false`: the dashboard serves text alone. */
  readonly isBase64Encoded: boolean;
}

/** Lets a handler of WHATWG requests answer a Lambda function URL. The dashboard needs `live: "poll"` for it. */
export async function handleFunctionUrl(
  { rawPath, rawQueryString = "", headers = {}, requestContext }: FunctionUrlEvent,
  fetch: (request: Request) => Promise<Response>,
): Promise<FunctionUrlResult> {
  const { domainName = "localhost", http } = requestContext;
  const url = new URL(`https://${domainName}`);
  // Set one by one, so that a path such as //elsewhere stays a path.
  url.pathname = rawPath;
  url.search = rawQueryString;
  // `Request` refuses these.
  if (/^(?:CONNECT|TRACE|TRACK)$/i.test(http.method))
    return {
      statusCode: 405,
      headers: { allow: "GET, HEAD", "content-type": "text/plain; charset=utf-8" },
      body: "method not allowed\n",
      isBase64Encoded: false,
    };
  const known = Object.entries(headers).filter(
    (header): header is [string, string] => header[1] !== undefined,
  );
  const response = await fetch(new Request(url, { method: http.method, headers: known }));
  const responseHeaders: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    responseHeaders[name] = value;
  });
  return {
    statusCode: response.status,
    headers: responseHeaders,
    body: await response.text(),
    isBase64Encoded: false,
  };
}

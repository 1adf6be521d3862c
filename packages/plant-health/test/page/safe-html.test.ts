import { fc, test } from "@lmnh/testing/property";
import { describe, expect, it } from "vitest";
import { mailLink, telLink } from "../../src/page/contact-links.js";
import { escapeHtml, html } from "../../src/page/safe-html.js";

/** Text with what is dangerous in it more often than by chance. */
export const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "`",
        "</style></title></textarea>",
        "<!--",
        "]]>",
        "&lt;",
        "&#x3c;",
        "javascript:alert(1)",
        "\u202eevil\u2066",
        "\u0000\u001b[31m",
        "\ud800",
        "\uffff",
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

const controls = /(?![\t\n])\p{Cc}|\p{Cs}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

describe("escapeHtml", () => {
  test("leaves nothing that ends a text or a quoted attribute, and no control", [hostileText], (text) => {
    const escaped = escapeHtml(text);
    expect(escaped).not.toMatch(/[<>"'`]/);
    expect(escaped).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39|#96);)/);
    expect(escaped).not.toMatch(controls);
  });

  test("loses no other character", [fc.stringMatching(/^[ -~À-ÿ‘’–]*$/)], (text) => {
    const read = escapeHtml(text)
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&#96;", "`")
      .replaceAll("&amp;", "&");
    expect(read).toBe(text);
  });
});

describe("html", () => {
  it("escapes strings, joins lists, and keeps markup of its own", () => {
    const name = "O'Dwyer <b>&\"";
    expect(html`<a title="${name}">${[html`<i>${name}</i>`, 1, null, false, undefined]}</a>`.toString()).toBe(
      '<a title="O&#39;Dwyer &lt;b&gt;&amp;&quot;"><i>O&#39;Dwyer &lt;b&gt;&amp;&quot;</i>1</a>',
    );
  });

  it("does not take an object that looks like markup for markup", () => {
    const forged = { toString: () => "<script>" } as unknown as string;
    expect(() => html`${forged}`.toString()).toThrow(TypeError);
  });
});

describe("telLink", () => {
  it("takes E.164 with an extension, and nothing else", () => {
    expect(telLink("+17635550135 x57724")).toBe("tel:+17635550135;ext=57724");
    expect(telLink("+442012345678")).toBe("tel:+442012345678");
    for (const other of [
      "",
      "763.555.0135",
      "+1 763 555",
      "javascript:alert(1)",
      "+17635550135\n",
      "+1763555013x",
    ])
      expect(telLink(other)).toBeNull();
  });
});

describe("mailLink", () => {
  it("encodes the subject", () => {
    expect(mailLink("dr..ottilie.brandreth@lnhm.co.uk", "Kola nut (36): Not watered")).toBe(
      "mailto:dr..ottilie.brandreth@lnhm.co.uk?subject=Kola%20nut%20(36)%3A%20Not%20watered",
    );
  });

  it("refuses what could add a receiver, a header or a scheme", () => {
    for (const address of [
      "",
      "a",
      "a@b@example.org",
      "a@example.org?bcc=x@example.org",
      "a@example.org,b@example.org",
      "javascript:a@example.org",
      "a%0abcc@example.org",
      "a @example.org",
    ])
      expect(mailLink(address)).toBeNull();
  });

  test("is of safe characters for any address and subject", [hostileText, hostileText], (local, subject) => {
    const link = mailLink(`${local}@example.org`, subject);
    if (link !== null)
      expect(link).toMatch(/^mailto:[A-Za-z0-9\-_.!~*'()%]+@example\.org\?subject=[A-Za-z0-9\-_.!~*'()%]*$/);
  });
});

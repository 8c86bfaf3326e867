package dev.symbolon.spec;

import java.util.Locale;

/// An answer without what differs from one try to the next: sealed values, the address that was typed. Two of
/// these are equal when nobody learns anything from one that the other does not say.
record Neutral(int status, String body, String headers) {
    static Neutral of(Reply reply, String typed) {
        var body = reply.body()
                .replaceAll("[A-Za-z0-9_-]{40,}", "…")
                .replace(typed, "<typed>")
                .replace(typed.replace("@", "@<wbr>"), "<typed>");
        var headers = new StringBuilder();
        for (var name : new String[] {"location", "set-cookie", "cache-control", "retry-after", "content-type"}) {
            reply.headers(name)
                    .forEach(value -> headers.append(name)
                            .append(": ")
                            .append(value.replaceAll("[A-Za-z0-9_-]{20,}", "…").toLowerCase(Locale.ROOT))
                            .append('\n'));
        }
        return new Neutral(reply.status(), body, headers.toString());
    }
}

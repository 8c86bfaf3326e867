package dev.symbolon.web;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// One request, as an endpoint sees it: bounded, its tenant known, its one moment in time fixed.
///
/// @param path the path as it came, not decoded
/// @param pathValues what stands in the path for the names in the braces of its route, decoded
/// @param headers by lower-case name; a header that came twice has its values joined with `, `
/// @param remoteAddress the address of the caller, told by the proxy where that is a trusted one
/// @param body reads the body once, up to the limit
public record Call(
        Host host,
        String method,
        String path,
        Map<String, String> pathValues,
        String rawQuery,
        Map<String, String> headers,
        String remoteAddress,
        Instant now,
        Supplier<byte[]> body) {

    /// A header's value, by its lower-case name.
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /// What stands in the path for a name of its route.
    public String pathValue(String name) {
        return Objects.requireNonNull(pathValues.get(name), name);
    }

    /// Whether the method is POST.
    public boolean isPost() {
        return method.equals("POST");
    }

    /// The parameters of the query.
    public Form query() {
        return Form.parse(rawQuery);
    }

    /// The parameters of the form body, whatever its declared type.
    public Form form() {
        return Form.parse(new String(body.get(), StandardCharsets.UTF_8));
    }

    /// The parameters of a request that may come either way: of the body for POST, of the query otherwise.
    public Form parameters() {
        return isPost() ? form() : query();
    }

    /// The media type of the body in lower case without its parameters, or the empty text.
    public String mediaType() {
        var type = header("content-type").orElse("");
        var semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /// The value of a cookie of that name.
    public Optional<String> cookie(String name) {
        return header("cookie").flatMap(header -> Cookies.find(header, name));
    }
}

package dev.symbolon.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/// The few files that are served as they are, read once: the mark, the script of one page, and the browser SDK.
public final class StaticFiles {
    private static final int SDK_MAX_AGE_SECONDS = 300;
    private static final int ASSET_MAX_AGE_SECONDS = 31_536_000;

    private StaticFiles() {}

    /// What answers at each of their paths.
    public static Map<String, Endpoint> all() {
        return Map.of(
                "/static/mark.svg", asset("mark.svg"),
                "/static/form-post.js", asset("form-post.js"),
                "/favicon.ico", asset("mark.svg"),
                "/sdk/auth.js", file("text/javascript; charset=utf-8", read("/sdk/index.js"), SDK_MAX_AGE_SECONDS),
                "/robots.txt",
                        file("text/plain", "User-agent: *\nDisallow: /\n".getBytes(StandardCharsets.UTF_8), 3_600));
    }

    // The pages link to an asset by its content, so it may be kept for ever.
    private static Endpoint asset(String name) {
        var asset = Pages.asset(name).orElseThrow();
        return file(asset.contentType(), asset.bytes(), ASSET_MAX_AGE_SECONDS);
    }

    private static Endpoint file(String contentType, byte[] bytes, int maxAgeSeconds) {
        var etag = '"' + HexFormat.of().formatHex(sha256(bytes), 0, 12) + '"';
        var whole = Answer.cacheable(contentType, bytes, maxAgeSeconds)
                .with("ETag", etag)
                .with("Cross-Origin-Resource-Policy", "cross-origin");
        return call -> call.header("if-none-match").map(etag::equals).orElse(false)
                ? whole.as(304).withoutBody()
                : whole;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }

    private static byte[] read(String resource) {
        try (var in = Objects.requireNonNull(StaticFiles.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

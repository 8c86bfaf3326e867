package dev.symbolon.web;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which neighbours may say for whom they speak. `X-Forwarded-Host`, `X-Forwarded-For`, `X-Request-Id` and
/// `traceparent` are believed only when the connection itself comes from one of these; from anyone else they are as
/// if not sent.
public final class Proxies {
    private final List<Network> trusted;

    /// @param trusted addresses or networks, for example `10.0.0.0/8` or `::1`
    /// @throws IllegalArgumentException with a sentence for the operator
    public Proxies(List<String> trusted) {
        this.trusted = trusted.stream().map(Network::parse).toList();
    }

    private boolean trusts(String address) {
        var bytes = Network.literal(address);
        return trusted.stream().anyMatch(network -> network.has(bytes));
    }

    /// The host that the browser asked for: the last one in `X-Forwarded-Host`, which the proxy itself wrote.
    public String host(String peer, String hostHeader, Map<String, String> headers) {
        var forwarded = headers.getOrDefault("x-forwarded-host", "");
        return !trusted.isEmpty() && !forwarded.isEmpty() && trusts(peer) ? last(forwarded) : hostHeader;
    }

    /// The address of the browser: the last one in `X-Forwarded-For` that is not itself a trusted proxy.
    public String client(String peer, Map<String, String> headers) {
        var forwarded = headers.getOrDefault("x-forwarded-for", "");
        if (trusted.isEmpty() || forwarded.isEmpty() || !trusts(peer)) {
            return peer;
        }
        var hops = Arrays.asList(forwarded.split(","));
        for (var written : hops.reversed()) {
            var hop = withoutPort(written.strip());
            if (!trusts(hop)) {
                return Network.literal(hop).length == 0 ? peer : hop;
            }
        }
        return peer;
    }

    /// What a trusted proxy calls the request, in `X-Request-Id`.
    public Optional<String> requestId(String peer, Map<String, String> headers) {
        return given(peer, "x-request-id", headers);
    }

    /// The trace that a trusted proxy makes the request a part of, in `traceparent` (W3C Trace Context §3.2).
    public Optional<String> traceparent(String peer, Map<String, String> headers) {
        return given(peer, "traceparent", headers);
    }

    private Optional<String> given(String peer, String name, Map<String, String> headers) {
        var given = headers.getOrDefault(name, "");
        return !trusted.isEmpty() && !given.isEmpty() && trusts(peer) ? Optional.of(given) : Optional.empty();
    }

    private static String last(String list) {
        return list.substring(list.lastIndexOf(',') + 1).strip();
    }

    // Some proxies write the port too: `203.0.113.7:4711`, `[2001:db8::1]:4711`.
    private static String withoutPort(String hop) {
        var bracket = hop.indexOf(']');
        if (hop.startsWith("[") && bracket > 0) {
            return hop.substring(1, bracket);
        }
        var colon = hop.indexOf(':');
        return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }
}

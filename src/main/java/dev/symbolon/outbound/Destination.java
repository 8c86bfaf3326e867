package dev.symbolon.outbound;

import dev.symbolon.oauth.OneLine;
import dev.symbolon.outbound.OutboundException.Reason;
import dev.symbolon.web.Network;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where a call goes: a URL that can be called at all.
///
/// @param host a name or a literal address, in lower case, without brackets
/// @param port the one that is written, or that of the scheme
public record Destination(URI uri, boolean isHttps, String host, int port) {
    private static final int URL_MAX_CHARACTERS = 2_000;
    private static final int ADDRESSES_MAX = 16;

    /// Not public, by the IANA registries of special-purpose addresses. Of IPv6 only 2000::/3 is
    /// given to anybody; addresses that carry an IPv4 address are judged by that one.
    private static final List<Network> NOT_PUBLIC = networks("""
            0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
            192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
            2001::/23 2001:db8::/32 3fff::/20""");

    private static final Network GIVEN = Network.parse("2000::/3");
    private static final Network SIX_TO_FOUR = Network.parse("2002::/16");
    private static final Network NAT64 = Network.parse("64:ff9b::/96");

    /// Who knows the addresses of a name.
    @FunctionalInterface
    interface Names {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    /// Reads a URL.
    ///
    /// @throws OutboundException `FORBIDDEN` when it is none that can be called
    public static Destination parse(String url) {
        var shown = OneLine.of(url.length() > 200 ? url.substring(0, 200) + "…" : url);
        try {
            var uri = new URI(url);
            var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            var isHttps = scheme.equals("https");
            if (url.length() > URL_MAX_CHARACTERS || !isHttps && !scheme.equals("http") || uri.getHost() == null) {
                throw forbidden("This is not an https URL of a server: " + shown);
            }
            if (uri.getRawUserInfo() != null || uri.getRawFragment() != null || uri.getPort() == 0) {
                throw forbidden("A URL that is called has no user, no fragment and no port 0: " + shown);
            }
            var host = uri.getHost().toLowerCase(Locale.ROOT);
            var bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            var port = uri.getPort() > 0 ? uri.getPort() : isHttps ? 443 : 80;
            return new Destination(uri, isHttps, bare, port);
        } catch (URISyntaxException _) {
            throw forbidden("This is not a URL: " + shown);
        }
    }

    /// What is asked for, exactly as it is written.
    String pathAndQuery() {
        var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /// The addresses that may be connected to: every one that the name has, or none at all.
    ///
    /// @param allowed networks that may be called although they are not public; on this machine by http too
    /// @throws OutboundException `FORBIDDEN` when one of them may not be, `UNREACHABLE` when there is none
    List<InetAddress> addresses(Names names, List<Network> allowed) {
        var found = new ArrayList<InetAddress>();
        for (var address : lookUp(names)) {
            var bytes = address.getAddress();
            var isAllowed = allowed.stream().anyMatch(network -> network.has(bytes));
            if (!isAllowed && !isPublic(bytes)) {
                throw forbidden(host + " is at " + address.getHostAddress() + ", which is not a public address;"
                        + " set SYMBOLON_OUTBOUND_ALLOWED when it has to be called.");
            }
            // A code or a secret in clear is for no network, not even for one's own.
            if (!isHttps && !(isAllowed && address.isLoopbackAddress())) {
                throw forbidden(host + " is called by https only; http is for this machine, where"
                        + " SYMBOLON_OUTBOUND_ALLOWED names it.");
            }
            found.add(named(bytes));
        }
        return found;
    }

    private InetAddress[] lookUp(Names names) {
        try {
            var literal = Network.literal(host);
            var addresses =
                    literal.length > 0 ? new InetAddress[] {InetAddress.getByAddress(literal)} : names.lookUp(host);
            if (addresses.length == 0 || addresses.length > ADDRESSES_MAX) {
                throw new UnknownHostException(host);
            }
            return addresses;
        } catch (UnknownHostException _) {
            throw new OutboundException(Reason.UNREACHABLE, "There is no server of the name " + host + ".");
        }
    }

    /// The address under the name that was asked for: nobody is asked for a name again, and TLS
    /// checks that name.
    private InetAddress named(byte[] address) {
        try {
            return InetAddress.getByAddress(host, address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes.", e);
        }
    }

    /// Whether anybody in the world may have this address.
    static boolean isPublic(byte[] address) {
        if (SIX_TO_FOUR.has(address)) {
            return isPublic(new byte[] {address[2], address[3], address[4], address[5]});
        }
        if (NAT64.has(address)) {
            return isPublic(new byte[] {address[12], address[13], address[14], address[15]});
        }
        // IPv4-mapped ones never come here: Java makes IPv4 addresses of them; and ::/96 is not in 2000::/3.
        return (address.length == 4 || GIVEN.has(address))
                && NOT_PUBLIC.stream().noneMatch(network -> network.has(address));
    }

    private static List<Network> networks(String text) {
        return List.of(text.split("\\s+")).stream().map(Network::parse).toList();
    }

    private static OutboundException forbidden(String sentence) {
        return new OutboundException(Reason.FORBIDDEN, sentence);
    }
}

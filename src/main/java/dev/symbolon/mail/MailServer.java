package dev.symbolon.mail;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/// Where mails leave by.
///
/// @param isImplicitTls TLS from the first byte (RFC 8314 §3.3); otherwise by STARTTLS (RFC 3207)
/// @param from the address that they come from
public record MailServer(String host, int port, boolean isImplicitTls, Optional<Login> login, String from) {
    private static final int SUBMISSION = 587;
    private static final int SUBMISSIONS = 465;

    /// Who we are there.
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return "Login of " + user;
        }
    }

    /// Reads `smtp://user:password@host:port` or `smtps://…`; what stands for itself in a URL is percent-encoded.
    ///
    /// @param from absent for the user's name, if that is an address
    /// @throws IllegalArgumentException with a sentence for the operator
    public static MailServer parse(String url, Optional<String> from) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException _) {
            throw wrong("is not a URL such as smtps://user:password@smtp.example.com");
        }
        var scheme = uri.getScheme();
        if (scheme == null || !Set.of("smtp", "smtps").contains(scheme)) {
            throw wrong("has to begin with smtp:// or smtps://");
        }
        if (uri.getHost() == null || !uri.getRawPath().matches("/?") || uri.getRawQuery() != null) {
            throw wrong(
                    "has to be like smtps://user:password@smtp.example.com:465, with a percent sign and two digits for"
                            + " what is not a letter in user and password");
        }
        var login = Optional.ofNullable(uri.getRawUserInfo()).map(MailServer::login);
        var isImplicit = scheme.equals("smtps");
        var port = uri.getPort() < 0 ? isImplicit ? SUBMISSIONS : SUBMISSION : uri.getPort();
        var sender = from.or(() -> login.map(Login::user).filter(user -> user.contains("@")))
                .filter(address -> address.matches("[^\\s@<>\"]+@[^\\s@<>\"]+"))
                .orElseThrow(
                        () -> new IllegalArgumentException("SYMBOLON_MAIL_FROM has to be the address that mails come"
                                + " from, such as accounts@example.com."));
        return new MailServer(uri.getHost(), port, isImplicit, login, sender);
    }

    private static Login login(String userInfo) {
        var colon = userInfo.indexOf(':');
        if (colon < 0) {
            throw wrong("has a user and no password");
        }
        return new Login(decoded(userInfo.substring(0, colon)), decoded(userInfo.substring(colon + 1)));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("SYMBOLON_SMTP " + why + ".");
    }

    /// Whether it is this machine: only there may a mail go without TLS.
    boolean isHere() {
        return host.equals("localhost")
                || (host.matches("[0-9.]+|\\[.*]")
                        && InetAddress.ofLiteral(host).isLoopbackAddress());
    }

    @Override
    public String toString() {
        return (isImplicitTls ? "smtps://" : "smtp://") + host + ":" + port;
    }
}

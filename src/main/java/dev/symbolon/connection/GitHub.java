package dev.symbolon.connection;

import dev.symbolon.connection.CodeExchange.Method;
import dev.symbolon.connection.CodeExchange.Tokens;
import dev.symbolon.connection.Described.Field;
import dev.symbolon.connection.Described.Source;
import dev.symbolon.connection.Journey.Departure;
import dev.symbolon.connection.Protocol.Returned;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.UpstreamUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// GitHub, and GitHub Enterprise: OAuth 2.0 and an API, no OpenID Connect.
final class GitHub implements Protocol {
    private static final int ADDRESSES_PER_PAGE = 100;
    private static final int PAGES_MAX = 5;

    /// From our claims to the members of `/user`.
    private static final Map<String, String> MAPPING = Map.of(
            "preferred_username", "login",
            "name", "name",
            "picture", "avatar_url",
            "profile", "html_url",
            "website", "blog");

    private final String place;
    private final Calls calls;
    private final CodeExchange exchange;

    /// @param place of GitHub itself
    GitHub(String place, Calls calls, CodeExchange exchange) {
        this.place = place;
        this.calls = calls;
        this.exchange = exchange;
    }

    /// GitHub itself, or a server of GitHub Enterprise.
    private String site(Upstream upstream) {
        return upstream.issuer().orElse(place).replaceAll("/+$", "");
    }

    /// Where the API of a site is: beside github.com and the sites below ghe.com, below any other.
    static String api(String site) {
        if (site.equals("https://github.com") || site.matches("https://[a-z0-9-]+\\.ghe\\.com")) {
            return site.replace("https://", "https://api.");
        }
        return site + "/api/v3";
    }

    @Override
    public String authorizationUrl(Upstream upstream, Journey journey) {
        return Departure.of(upstream, journey, upstream.scopes())
                .with("login", journey.loginHint().orElse(""))
                .from(site(upstream) + "/login/oauth/authorize");
    }

    @Override
    public Described describe(Returned returned) {
        var site = site(returned.upstream());
        returned.iss().ifPresent(iss -> requireSite(site, iss));
        var tokens = exchange.redeem(returned, site + "/login/oauth/access_token", Method.POST);
        var secrets = returned.secretsAnd(tokens);
        var user = calls.get("GitHub's", api(site) + "/user", tokens.bearer());
        var fields = new ArrayList<Field>(user.fields(Source.USER, secrets));
        var pages = addresses(api(site), tokens);
        pages.forEach(page -> fields.addAll(page.fields(Source.EMAILS, secrets)));
        // A login can be given up and taken by somebody else; the number cannot (FE-10).
        var subject = Person.subject(user.wholeNumber("id"), "number id");
        var address = pages.stream()
                .flatMap(page -> page.list().stream())
                .filter(GitHub::isTheOne)
                .findFirst();
        var person = new UpstreamUser(
                returned.connection().id(),
                subject,
                Person.email(returned.connection(), address.flatMap(one -> one.string("email")), _ -> true),
                Person.profile(name -> Optional.ofNullable(MAPPING.get(name)).flatMap(user::text)),
                Optional.empty());
        return new Described(person, fields);
    }

    private static void requireSite(String site, String iss) {
        if (!iss.equals(site) && !iss.startsWith(site + "/")) {
            throw UpstreamException.untrustworthy("The answer comes from " + UpstreamException.shown(iss, 200)
                    + "; the person was sent to " + site + ".");
        }
    }

    private static boolean isTheOne(Claims address) {
        return address.isTrue("primary") && address.isTrue("verified");
    }

    /// The pages of the person's addresses, to the one that has what counts. Without the scope for
    /// them GitHub says that there is no such page.
    private List<Claims> addresses(String api, Tokens tokens) {
        var pages = new ArrayList<Claims>();
        for (var number = 1; number <= PAGES_MAX; number++) {
            var url = api + "/user/emails?per_page=" + ADDRESSES_PER_PAGE + "&page=" + number;
            var page = calls.find("GitHub's", url, tokens.bearer());
            var listed = page.map(Claims::list).orElse(List.of());
            page.ifPresent(pages::add);
            if (listed.isEmpty() || listed.stream().anyMatch(GitHub::isTheOne)) {
                break;
            }
        }
        return pages;
    }
}

package dev.symbolon.account;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.store.Accounts;
import dev.symbolon.web.Call;
import dev.symbolon.web.Edge;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How often a password may be tried. Tries are counted before the hash is computed, in a number of buckets that
/// does not grow with the number of strangers: by network, by the address that was typed from that network, and
/// by the address from anywhere. A browser that has signed in to the address with its present password has a
/// bucket of its own and no other, so strangers who guess, even next door, cannot keep the owner out of it.
/// Nobody is kept out for longer than the window.
public final class SignInLimits {
    private static final Logger LOG = LoggerFactory.getLogger(SignInLimits.class);

    /// In one window, from browsers that the account does not know.
    ///
    /// @param perAccount tries for one address from one network
    /// @param perAccountAnywhere tries for one address from all networks together
    /// @param perNetwork tries from one network (/24, or /64 of IPv6)
    public record Limits(int perAccount, int perAccountAnywhere, int perNetwork, Duration window) {}

    /// A try that was counted.
    ///
    /// @param buckets where
    /// @param pause how long to wait; empty when it may go on
    public record Counted(List<String> buckets, Optional<Duration> pause) {}

    private record Bucket(String name, int most, String kind, String whom) {}

    private static final int ACCOUNT_BUCKET_BITS = 20;
    private static final int NETWORK_BUCKET_BITS = 16;
    private static final int EMAIL_SHOWN_CHARACTERS = 254;

    private final Accounts accounts;
    private final Limits limits;

    /// Counts in the store, so that all nodes see all tries.
    public SignInLimits(Accounts accounts, Limits limits) {
        this.accounts = accounts;
        this.limits = limits;
    }

    /// Counts a try. A network that has used up its own uses up no address's.
    ///
    /// @param hash the present password of the address, if there is one
    public Counted count(Call call, BrowserCookie browser, String email, Optional<PasswordHash> hash) {
        var counted = new ArrayList<String>();
        for (var bucket : buckets(call, browser, email, hash)) {
            counted.add(bucket.name());
            var seen = accounts.countAttempt(call.host().id(), bucket.name(), limits.window(), call.now());
            if (seen.count() > bucket.most()) {
                if (seen.count() == bucket.most() + 1L) {
                    tell(call, bucket);
                }
                return new Counted(counted, Optional.of(Duration.between(call.now(), seen.windowEndsAt())));
            }
        }
        return new Counted(counted, Optional.empty());
    }

    // Once for each bucket and window; the store keeps only so many of a window.
    private void tell(Call call, Bucket bucket) {
        LOG.warn(
                "Many passwords were tried at tenant {}: {} {} is slowed down for {} minutes",
                call.host().id(),
                bucket.kind(),
                Edge.printable(bucket.whom()),
                limits.window().toMinutes());
        accounts.guessed(
                call.host().id(), Map.of("limit", bucket.kind(), "of", bucket.whom()), limits.window(), call.now());
    }

    /// Takes a try back that turned out to be the person: exactly what was counted.
    public void forgive(Call call, Counted counted) {
        counted.buckets().forEach(bucket -> accounts.forgiveAttempt(call.host().id(), bucket, call.now()));
    }

    /// The same browser, which has now signed in to this address with this password.
    public static BrowserCookie known(Call call, BrowserCookie browser, String email, Optional<PasswordHash> hash) {
        return browser.knowing(call.host().sealer(), who(email, hash));
    }

    /// Who asks for a hash, for {@link Passwords}.
    public static Passwords.Asker asker(Call call, String email) {
        return new Passwords.Asker(call.host().id() + " " + fold(email), network(call.remoteAddress()));
    }

    /// Who wants a password hashed for an account that is not there yet: they take no place of whoever signs in.
    public static Passwords.Asker newcomer(Call call, String email) {
        var asker = asker(call, email);
        return new Passwords.Asker("sign-up " + asker.address(), asker.network());
    }

    /// The form in which addresses are compared.
    public static String fold(String email) {
        return Normalizer.normalize(email.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    private static String who(String email, Optional<PasswordHash> hash) {
        return fold(email) + "\n" + hash.map(PasswordHash::phc).orElse("");
    }

    private List<Bucket> buckets(Call call, BrowserCookie browser, String email, Optional<PasswordHash> hash) {
        var folded = fold(email);
        var shown = folded.length() <= EMAIL_SHOWN_CHARACTERS ? folded : folded.substring(0, EMAIL_SHOWN_CHARACTERS);
        if (browser.knows(call.host().sealer(), who(email, hash))) {
            var own = name(call, "k", browser.id() + "\n" + folded, ACCOUNT_BUCKET_BITS);
            return List.of(new Bucket(own, limits.perAccount(), "known browser", shown));
        }
        var network = network(call.remoteAddress());
        return List.of(
                new Bucket(name(call, "n", network, NETWORK_BUCKET_BITS), limits.perNetwork(), "network", network),
                new Bucket(
                        name(call, "p", network + "\n" + folded, ACCOUNT_BUCKET_BITS),
                        limits.perAccount(),
                        "address from network " + network,
                        shown),
                new Bucket(
                        name(call, "a", folded, ACCOUNT_BUCKET_BITS), limits.perAccountAnywhere(), "address", shown));
    }

    private static String name(Call call, String kind, String what, int bits) {
        var digest = call.host().sealer().hash(Purpose.ATTEMPT, what).value();
        return kind + Integer.toHexString(Math.floorMod(digest.hashCode(), 1 << bits));
    }

    /// The network of an address: what is counted together.
    public static String network(String address) {
        try {
            var bytes = InetAddress.getByName(address).getAddress();
            var isV4 = bytes.length == 4;
            var cut = Arrays.copyOf(Arrays.copyOf(bytes, isV4 ? 3 : 8), bytes.length);
            return InetAddress.getByAddress(cut).getHostAddress() + (isV4 ? "/24" : "/64");
        } catch (UnknownHostException _) {
            return address;
        }
    }
}

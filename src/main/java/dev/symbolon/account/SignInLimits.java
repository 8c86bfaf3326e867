package dev.symbolon.account;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.store.Accounts;
import dev.symbolon.web.Call;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How often a password may be tried. Tries are counted before the hash is computed, in a number of buckets that does
/// not grow with the number of strangers: by address that was typed, and by network. A browser that has signed in to
/// the address before has a bucket of its own and no other, so strangers who guess, even next door, cannot keep the
/// owner out of it. A browser that is new to the address has to wait while strangers guess.
public final class SignInLimits {
    /// @param perAccount tries for one address from browsers it does not know, in one window
    /// @param perNetwork tries from one network (/24, or /64 of IPv6), in one window
    public record Limits(int perAccount, int perNetwork, Duration window) {}

    private static final int ACCOUNT_BUCKET_BITS = 20;
    private static final int NETWORK_BUCKET_BITS = 16;

    private final Accounts accounts;
    private final Limits limits;

    /// Counts in the store, so that all nodes see all tries.
    public SignInLimits(Accounts accounts, Limits limits) {
        this.accounts = accounts;
        this.limits = limits;
    }

    /// Counts a try. A network that has used up its own uses up no address's.
    ///
    /// @return empty when it may go on; otherwise how long to wait
    public Optional<Duration> count(Call call, BrowserCookie browser, String email) {
        var account = accountBucket(call, browser, email);
        if (isKnown(call, browser, email)) {
            return count(call, account, limits.perAccount());
        }
        return count(call, networkBucket(call), limits.perNetwork())
                .or(() -> count(call, account, limits.perAccount()));
    }

    private Optional<Duration> count(Call call, String bucket, int most) {
        var counted = accounts.countAttempt(call.host().id(), bucket, limits.window(), call.now());
        return counted.count() > most
                ? Optional.of(Duration.between(call.now(), counted.windowEndsAt()))
                : Optional.empty();
    }

    /// Takes a try back that turned out to be the person.
    public void forgive(Call call, BrowserCookie browser, String email) {
        for (var bucket : List.of(accountBucket(call, browser, email), networkBucket(call))) {
            accounts.forgiveAttempt(call.host().id(), bucket, call.now());
        }
    }

    /// The form in which addresses are compared.
    public static String fold(String email) {
        return Normalizer.normalize(email.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    }

    private static boolean isKnown(Call call, BrowserCookie browser, String email) {
        return browser.knows(call.host().sealer(), fold(email));
    }

    private static String accountBucket(Call call, BrowserCookie browser, String email) {
        var folded = fold(email);
        return isKnown(call, browser, email)
                ? "k" + bucket(call, browser.id() + "\n" + folded, ACCOUNT_BUCKET_BITS)
                : "a" + bucket(call, folded, ACCOUNT_BUCKET_BITS);
    }

    private static String networkBucket(Call call) {
        return "n" + bucket(call, network(call.remoteAddress()), NETWORK_BUCKET_BITS);
    }

    private static String bucket(Call call, String what, int bits) {
        var digest = call.host().sealer().hash(Purpose.ATTEMPT, what).value();
        return Integer.toHexString(Math.floorMod(digest.hashCode(), 1 << bits));
    }

    private static String network(String address) {
        try {
            var bytes = InetAddress.getByName(address).getAddress();
            return Arrays.toString(Arrays.copyOf(bytes, bytes.length == 4 ? 3 : 8));
        } catch (UnknownHostException _) {
            return address;
        }
    }
}

import dev.symbolon.House;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.AccountWords;
import dev.symbolon.store.Events;
import dev.symbolon.store.Events.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Opens every list and every search of the dashboard, and says how long the answers took.
final class ScaleDashboard {
    static final double LIMIT_MILLIS = 200;
    static final int WARM_UP = 60;
    static final int REQUESTS = 300;
    static final int VARIANTS = 60;
    static final int OPERATORS = 4;
    static final int MIXED_REQUESTS = 500;
    static final Pattern NEXT = Pattern.compile("href=\"([^\"]*[?&](?:after|before)=[^\"]+)\"");

    final Scale.Place place;
    final Path jar;
    final Random random = new Random(5);
    final Map<String, List<String>> pages = new LinkedHashMap<>();
    final List<Account> people = new ArrayList<>();
    final List<Long> numbers = new ArrayList<>();

    ScaleDashboard(Scale.Place place, Path jar) {
        this.place = place;
        this.jar = jar;
    }

    /// @return whether every page is within the limit
    boolean measure() throws Exception {
        try (var house = place.open()) {
            look(house);
        }
        name();
        try (var server = new Scale.Server(place, jar);
                var operator = new Scale.Operator(server.port)) {
            operator.signIn();
            System.out.printf(
                    "%n| page | p50 ms | p99 ms | slowest ms |%n| --- | --- | --- | --- |%n");
            var slow = new ArrayList<String>();
            for (var page : pages.entrySet()) {
                if (!table(page.getKey(), one(operator, page.getValue()))) {
                    slow.add(page.getKey());
                }
            }
            if (!table("all of them, mixed, " + OPERATORS + " operators at once", mixed(server.port))) {
                slow.add("all of them at once");
            }
            System.out.println();
            if (!slow.isEmpty()) {
                System.out.println("Slower than " + (int) LIMIT_MILLIS + " ms at the 99th percentile: "
                        + String.join("; ", slow) + ".");
            }
            return slow.isEmpty();
        }
    }

    // ---------------------------------------------------------------------------------------------- what is opened

    /// People and events from everywhere.
    private void look(House house) {
        var tenant = house.hosts().find(new TenantId("default")).orElseThrow().id();
        var words = new AccountWords(house.database());
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        while (people.size() < VARIANTS) {
            var from = "" + letters.charAt(random.nextInt(letters.length()))
                    + letters.charAt(random.nextInt(letters.length()));
            words.all(tenant, Optional.of(from), 1).accounts().stream()
                    .filter(account -> account.address().filter(address -> address.matches(".*[0-9].*")).isPresent())
                    .forEach(people::add);
        }
        var events = house.events();
        var newest = events.search(tenant, wanted(Optional.empty()), 1).getFirst().seq();
        var month = Duration.ofDays(30).toMillis() << 10;
        for (var i = 0; i < VARIANTS; i++) {
            var before = newest - (long) (month * random.nextDouble());
            events.search(tenant, wanted(Optional.of(before)), 1).forEach(event -> numbers.add(event.seq()));
        }
    }

    private static Wanted wanted(Optional<Long> before) {
        return new Wanted(Optional.empty(), Optional.empty(), before);
    }

    private void page(String name, Stream<String> paths) {
        pages.put(name, paths.toList());
    }

    private Stream<String> search(java.util.function.Function<Account, String> text) {
        return people.stream().map(account -> "/dashboard/people?q=" + FirstFigures.encode(text.apply(account)));
    }

    private static String given(Account account) {
        return account.profile().name().orElseThrow().split(" ")[0];
    }

    private static String family(Account account) {
        return account.profile().name().orElseThrow().split(" ")[1];
    }

    private String another(java.util.function.Function<Account, String> name) {
        return name.apply(people.get(random.nextInt(people.size())));
    }

    private static String cut(String text, int most) {
        return text.substring(0, Math.min(text.length(), most));
    }

    private void name() {
        page("Home", Stream.of("/dashboard"));
        people();
        events();
        sessions();
        clients();
        page("Explain an error", Stream.of("/dashboard/errors"));
        page("Explain an error: one", numbers(0, 1_000, 17).map(i -> "/dashboard/errors/E%07d".formatted(i)));
        page("Connections", Stream.of("/dashboard/connections"));
        page("Connections: one", numbers(0, 12, 1).map(i -> "/dashboard/connections/upstream" + i));
        page("APIs", Stream.of("/dashboard/apis"));
        page("Keys", Stream.of("/dashboard/keys"));
        page("Operators", Stream.of("/dashboard/operators"));
        page("Tenants", Stream.of("/dashboard/tenants"));
        page("API", Stream.of("/dashboard/api"));
    }

    private static Stream<Integer> numbers(int from, int to, int step) {
        return IntStream.iterate(from, i -> i < to, i -> i + step).boxed();
    }

    private void people() {
        page("People", Stream.of("/dashboard/people"));
        page("People: a page deep inside", people.stream()
                .map(account -> "/dashboard/people?q=&after=" + FirstFigures.encode(account.subject().value())));
        page("People: whole e-mail", search(account -> account.address().orElseThrow()));
        page("People: beginning of an e-mail", search(account -> cut(account.address().orElseThrow(), 7)));
        page("People: one letter", IntStream.rangeClosed('a', 'z').mapToObj(c -> "/dashboard/people?q=" + (char) c));
        page("People: beginning of a name", search(account -> cut(family(account), 3)));
        page("People: given and family name", search(account -> given(account) + " " + family(account)));
        page("People: given name, beginning of a family name", search(account -> given(account) + " " + cut(family(account), 2)));
        page("People: two names that may not meet", search(account -> given(account) + " " + another(ScaleDashboard::family)));
        page("People: a common name and nobody's", search(account -> given(account) + " qq"));
        page("People: the commonest names of both kinds, which may not meet", search(account ->
                another(ScaleDashboard::given) + " " + another(ScaleDashboard::given)));
        page("People: nobody", search(account -> "qq" + family(account)));
        page("A person", people.stream().map(account -> "/dashboard/people/" + account.subject().value()));
    }

    private void events() {
        page("Events", Stream.of("/dashboard/events"));
        page("Events: a page deep inside", numbers.stream().map(seq -> "/dashboard/events?kind=&sub=&before=" + seq));
        page("Events: of each kind", Events.KINDS.stream().map(kind -> "/dashboard/events?kind=" + kind));
        page("Events: of each kind, deep inside", Events.KINDS.stream().map(kind ->
                "/dashboard/events?kind=" + kind + "&sub=&before=" + numbers.get(random.nextInt(numbers.size()))));
        page("Events: of a person", people.stream()
                .map(account -> "/dashboard/events?kind=&sub=" + account.subject().value()));
        page("Events: of a person and a common kind", people.stream()
                .map(account -> "/dashboard/events?kind=session.started&sub=" + account.subject().value()));
        page("Events: of a person and a rare kind", people.stream()
                .map(account -> "/dashboard/events?kind=account.disabled&sub=" + account.subject().value()));
        page("Events: of nobody", Stream.of("/dashboard/events?kind=session.started&sub=nobody"));
    }

    private void sessions() {
        var now = Instant.now();
        page("Sessions", Stream.of("/dashboard/sessions"));
        page("Sessions: a page deep inside", numbers(0, 29, 1)
                .map(day -> "/dashboard/sessions?before=" + now.minus(Duration.ofDays(day)).toEpochMilli()));
    }

    private void clients() {
        page("Clients", Stream.of("/dashboard/clients"));
        page("Clients: a page deep inside", numbers(0, 5_000, 97).map(i -> "/dashboard/clients?q=&after=app-" + (100_000 + i)));
        page("Clients: an id", numbers(0, 5_000, 97).map(i -> "/dashboard/clients?q=app-" + (100_000 + i)));
        page("Clients: a part of an address", numbers(0, 5_000, 97).map(i -> "/dashboard/clients?q=app" + i + ".example"));
        page("Clients: nothing", Stream.of("/dashboard/clients?q=qqqq"));
        page("A client", numbers(0, 5_000, 97).map(i -> "/dashboard/clients/app-" + (100_000 + i)));
    }

    // ---------------------------------------------------------------------------------------------- how long it took

    private static double[] one(Scale.Operator operator, List<String> paths) throws IOException {
        var millis = new double[REQUESTS];
        for (var i = -WARM_UP; i < REQUESTS; i++) {
            var took = opened(operator, paths.get(Math.floorMod(i, paths.size())));
            if (i >= 0) {
                millis[i] = took;
            }
        }
        return millis;
    }

    private static double opened(Scale.Operator operator, String path) throws IOException {
        var began = System.nanoTime();
        var reply = operator.get(path);
        var took = (System.nanoTime() - began) / 1e6;
        // Whoever is signed in sees the way out on every page; a list that found nothing has no row.
        if (reply.status() != 200 || !Scale.Operator.text(reply).contains("/dashboard/sign-out")) {
            throw new IOException(path + " was answered " + reply.status() + " " + reply.location());
        }
        return took;
    }

    private double[] mixed(int port) throws Exception {
        var all = pages.values().stream().flatMap(List::stream).toList();
        var futures = new ArrayList<Future<double[]>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < OPERATORS; i++) {
                var choice = new Random(i);
                Callable<double[]> clicks = () -> {
                    try (var operator = new Scale.Operator(port)) {
                        operator.signIn();
                        var millis = new double[MIXED_REQUESTS];
                        for (var j = 0; j < MIXED_REQUESTS; j++) {
                            millis[j] = opened(operator, all.get(choice.nextInt(all.size())));
                        }
                        return millis;
                    }
                };
                futures.add(threads.submit(clicks));
            }
        }
        var millis = new double[0];
        for (var future : futures) {
            var some = future.get();
            var joined = Arrays.copyOf(millis, millis.length + some.length);
            System.arraycopy(some, 0, joined, millis.length, some.length);
            millis = joined;
        }
        return millis;
    }

    private static boolean table(String name, double[] millis) {
        Arrays.sort(millis);
        var p99 = millis[(int) Math.ceil(millis.length * 0.99) - 1];
        System.out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f |%n",
                name,
                millis[millis.length / 2],
                p99,
                millis[millis.length - 1]);
        return p99 <= LIMIT_MILLIS;
    }
}

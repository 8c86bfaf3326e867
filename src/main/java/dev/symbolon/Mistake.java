package dev.symbolon;

import dev.symbolon.oauth.Client.Lifetimes.Breach;
import dev.symbolon.oauth.Client.Lifetimes.Life;
import java.util.function.Function;
import java.util.function.Supplier;

/// Something that the operator can put right; the message is one sentence that says how. Exit
/// status 1, no stack trace.
public final class Mistake extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param sentence for the operator
    public Mistake(String sentence) {
        super(sentence, null, false, false);
    }

    /// A value of the vocabulary, or in the words of its refusal the mistake that it cannot be one.
    public static <T> T unless(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            var sentence = String.valueOf(e.getMessage());
            throw new Mistake(sentence.endsWith(".") ? sentence : sentence + ".");
        }
    }

    /// Lifetimes that cannot be.
    ///
    /// @param place what stands before the sentence, for example the place in a file; may be empty
    /// @param name what the operator calls each
    public static Mistake of(String place, Breach breach, Function<Life, String> name) {
        return new Mistake(place
                + switch (breach) {
                    case Breach.OutOfBounds(var life, var value) ->
                        name.apply(life) + " has to be between " + Durations.written(life.least()) + " and "
                                + Durations.written(life.most()) + "; it is " + Durations.written(value) + ".";
                    case Breach.Outlives(var child, var value, var parent, var most) ->
                        name.apply(child) + " (" + Durations.written(value) + ") cannot outlive " + name.apply(parent)
                                + " (" + Durations.written(most) + ").";
                });
    }
}

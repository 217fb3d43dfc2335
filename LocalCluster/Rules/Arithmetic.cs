namespace LocalCluster.Rules;

/// <summary>Calculates; whole numbers never wrap round.</summary>
internal static class Arithmetic
{
    public static object? Of(string sign, object? a, object? b)
    {
        try
        {
            return sign switch
            {
                "+" => Add(a, b),
                "-" => Subtract(a, b),
                "*" => (a, b) switch
                {
                    (long x, long y) => checked(x * y),
                    (double x, double y) => x * y,
                    _ => throw CelException.NoOverload(),
                },
                "/" => (a, b) switch
                {
                    (long, 0L) => throw new CelException("division by zero"),
                    (long x, long y) => checked(x / y),
                    (double x, double y) => x / y,
                    _ => throw CelException.NoOverload(),
                },
                _ => (a, b) switch
                {
                    (long, 0L) => throw new CelException("modulus by zero"),
                    (long x, long y) => x % y,
                    _ => throw CelException.NoOverload(),
                },
            };
        }
        catch (OverflowException)
        {
            throw new CelException("integer overflow");
        }
    }

    public static object? Add(object? a, object? b) =>
        (a, b) switch
        {
            (long x, long y) => checked(x + y),
            (double x, double y) => x + y,
            (string x, string y) => x + y,
            (object?[] x, object?[] y) => new[] { x, y }.SelectMany(l => l).ToArray(),
            (TimeSpan x, TimeSpan y) => x + y,
            (DateTimeOffset x, TimeSpan y) => x + y,
            (TimeSpan x, DateTimeOffset y) => y + x,
            (byte[] x, byte[] y) => new[] { x, y }.SelectMany(l => l).ToArray(),
            _ => throw CelException.NoOverload(),
        };

    public static object Negate(object? value) =>
        value switch
        {
            long.MinValue => throw new CelException("integer overflow"),
            long number => -number,
            double number => -number,
            TimeSpan duration => -duration,
            _ => throw CelException.NoOverload(),
        };

    private static object Subtract(object? a, object? b) =>
        (a, b) switch
        {
            (long x, long y) => checked(x - y),
            (double x, double y) => x - y,
            (TimeSpan x, TimeSpan y) => x - y,
            (DateTimeOffset x, DateTimeOffset y) => x - y,
            (DateTimeOffset x, TimeSpan y) => x - y,
            _ => throw CelException.NoOverload(),
        };
}

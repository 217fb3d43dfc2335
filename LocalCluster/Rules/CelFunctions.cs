using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LocalCluster.Json;

namespace LocalCluster.Rules;

/// <summary>
/// Holds the functions that rules call: CEL's own, its string extensions, and Kubernetes' for lists, patterns,
/// quantities and optional values. A method's target is its first argument.
/// </summary>
internal static class CelFunctions
{
    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    /// <summary>Gets the functions that are called by their name alone.</summary>
    public static FrozenDictionary<string, Func<object?[], object?>> Global { get; } =
        new Dictionary<string, Func<object?[], object?>>(StringComparer.Ordinal)
        {
            ["size"] = Size,
            ["int"] = a =>
                a[0] switch
                {
                    long number => number,
                    ulong number => checked((long)number),
                    double number => (long)number,
                    string text => long.TryParse(
                        text,
                        NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture,
                        out var n
                    )
                        ? n
                        : throw Conversion("string", "int"),
                    DateTimeOffset time => time.ToUnixTimeSeconds(),
                    _ => throw CelException.NoOverload(),
                },
            ["uint"] = a =>
                a[0] is string text ? ulong.Parse(text, CultureInfo.InvariantCulture) : (ulong)CelValues.Number(a[0]),
            ["double"] = a =>
                a[0] is string text
                    ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n)
                        ? n
                        : throw Conversion("string", "double")
                    : CelValues.Number(a[0]),
            ["string"] = a => CelText.Of(a[0]),
            ["bool"] = a =>
                a[0] switch
                {
                    bool yes => yes,
                    "true" or "True" or "TRUE" or "t" or "1" => true,
                    "false" or "False" or "FALSE" or "f" or "0" => false,
                    _ => throw Conversion("string", "bool"),
                },
            ["bytes"] = a => a[0] is string text ? Encoding.UTF8.GetBytes(text) : a[0],
            ["dyn"] = a => a[0],
            ["type"] = a => new CelType(TypeOf(a[0])),
            ["duration"] = a =>
                a[0] switch
                {
                    TimeSpan duration => duration,
                    string text => GoDuration.Parse(text) ?? throw Conversion("string", "google.protobuf.Duration"),
                    _ => throw CelException.NoOverload(),
                },
            ["timestamp"] = a =>
                a[0] switch
                {
                    DateTimeOffset time => time,
                    string text => DateTimeOffset.TryParse(
                        text,
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal,
                        out var time
                    )
                        ? time
                        : throw Conversion("string", "google.protobuf.Timestamp"),
                    _ => throw CelException.NoOverload(),
                },
            ["quantity"] = a =>
                Amount(Text(a[0])) ?? throw new CelException("quantities must match the regular expression"),
            ["isQuantity"] = a => Amount(Text(a[0])) is not null,
            ["isURL"] = a => Uri.TryCreate(Text(a[0]), UriKind.Absolute, out _),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gets the functions that are called on a value.</summary>
    public static FrozenDictionary<string, Func<object?[], object?>> Methods { get; } =
        StringMethods
            .All.Concat(ListMethods.All)
            .Append(new("size", Size))
            .Append(new("matches", a => Pattern(Text(a[1])).IsMatch(Text(a[0]))))
            .Append(new("find", a => Pattern(Text(a[1])).Match(Text(a[0])).Value))
            .Append(new("findAll", FindAll))
            .Append(new("hasValue", a => Optional(a[0]).HasValue))
            .Append(
                new(
                    "value",
                    a =>
                        Optional(a[0]) is { HasValue: true } some
                            ? some.Value
                            : throw new CelException("optional.none() dereference")
                )
            )
            .Append(new("orValue", a => Optional(a[0]) is { HasValue: true } some ? some.Value : a[1]))
            .Append(new("or", a => Optional(a[0]) is { HasValue: true } some ? some : a[1]))
            .ToFrozenDictionary(StringComparer.Ordinal);

    public static string Text(object? value) => value as string ?? throw CelException.NoOverload();

    public static int Index(object? value) => value is long number ? (int)number : throw CelException.NoOverload();

    private static CelOptional Optional(object? value) => value as CelOptional ?? throw CelException.NoOverload();

    private static object Size(object?[] a) =>
        a[0] switch
        {
            string text => (long)text.EnumerateRunes().Count(),
            object?[] items => (long)items.Length,
            CelMap map => (long)map.Count,
            byte[] bytes => (long)bytes.Length,
            _ => throw CelException.NoOverload(),
        };

    private static object FindAll(object?[] a)
    {
        var found = Pattern(Text(a[1])).Matches(Text(a[0])).Select(m => (object?)m.Value);
        return (a.Length > 2 && Index(a[2]) >= 0 ? found.Take(Index(a[2])) : found).ToArray();
    }

    private static Regex Pattern(string pattern)
    {
        try
        {
            return Patterns.GetOrAdd(
                pattern,
                p => new Regex(p, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
            );
        }
        catch (ArgumentException)
        {
            throw new CelException($"error parsing regexp: {pattern}");
        }
    }

    private static CelQuantity? Amount(string text) =>
        Quantity.Parse(text) is { } amount ? new CelQuantity(amount) : null;

    private static string TypeOf(object? value) =>
        value switch
        {
            null => "null_type",
            bool => "bool",
            long => "int",
            ulong => "uint",
            double => "double",
            string => "string",
            byte[] => "bytes",
            object?[] => "list",
            CelMap => "map",
            TimeSpan => "google.protobuf.Duration",
            DateTimeOffset => "google.protobuf.Timestamp",
            CelOptional => "optional_type",
            CelQuantity => "kubernetes.Quantity",
            _ => "type",
        };

    private static CelException Conversion(string from, string to) =>
        new($"type conversion error from '{from}' to '{to}'");
}

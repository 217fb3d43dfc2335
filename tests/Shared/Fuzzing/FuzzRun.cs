using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tests.Shared.Fuzzing;

/// <summary>
/// Tries a parser with kept inputs, and with such as nobody has thought of. The number of tries is fixed, and so is the
/// seed unless it is given: a failure comes again.
/// <code>
///   GEMMA_FUZZ_ITERATIONS   tries of each parser, 2,000 unless given
///   GEMMA_FUZZ_SEED         seed, 1 unless given; "random" for another one each time
///   GEMMA_FUZZ_KEEP         folder that gets the inputs that failed, one folder for each parser
/// </code>
/// </summary>
internal static partial class FuzzRun
{
    private const int MostKept = 400;

    /// <summary>Bounds one try: linear parsers need milliseconds, also on a machine that does much else.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private static readonly int Iterations = Setting("GEMMA_FUZZ_ITERATIONS") is { } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : 2000;

    private static readonly int Seed = Setting("GEMMA_FUZZ_SEED") switch
    {
        null => 1,
        "random" => Random.Shared.Next(),
        { } given => int.Parse(given, CultureInfo.InvariantCulture),
    };

    /// <summary>Runs all of it; what fails is told with its seed and its input.</summary>
    /// <param name="target">The parser.</param>
    /// <param name="kept">Folder with a folder of inputs for each parser.</param>
    public static void Try(FuzzTarget target, string kept)
    {
        TestContext.Out.WriteLine($"{target.Name}: seed {Seed}, {Iterations} iterations");
        List<byte[]> corpus =
        [
            .. target.Seeds.Select(Encoding.UTF8.GetBytes),
            .. target.Binary,
            .. Kept(Path.Combine(kept, target.Name)),
        ];
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in corpus.ToList())
        {
            outcomes.Add(Shape(Once(target, input, "a kept input")));
        }

        var mutator = new Mutator(Seed, target.Words);
        var iterations = (int)(Iterations * target.Share);
        for (var i = 0; i < iterations; i++)
        {
            var input = mutator.Mutate(corpus);
            if (outcomes.Add(Shape(Once(target, input, $"seed {Seed}, iteration {i}"))) && corpus.Count < MostKept)
            {
                corpus.Add(input);
            }
        }
    }

    private static string Once(FuzzTarget target, byte[] input, string which)
    {
        if (Setting("GEMMA_FUZZ_KEEP") is { } keep)
        {
            // One that never ends can't be told of afterwards.
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(keep).FullName, $"{target.Name}.last"), input);
        }

        // What is allocated once for all, such as a regex's states, isn't the input's: the second time counts.
        var (outcome, took, bytes) = Measured(target, input, which);
        var most = target.FixedBytes + ((long)target.BytesPerByte * input.Length);
        if (took > Longest || bytes > most)
        {
            (outcome, took, bytes) = Measured(target, input, which);
        }

        return took > Longest ? throw Failed(target, input, which, $"it takes {took}")
            : bytes > most ? throw Failed(target, input, which, $"it allocates {bytes} bytes; at most {most} are due")
            : outcome;
    }

    private static (string Outcome, TimeSpan Took, long Bytes) Measured(FuzzTarget target, byte[] input, string which)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        try
        {
            var outcome = target.Read(input);
            return (outcome, Stopwatch.GetElapsedTime(began), GC.GetAllocatedBytesForCurrentThread() - before);
        }
        catch (Exception e)
        {
            throw Failed(target, input, which, e.ToString());
        }
    }

    private static AssertionException Failed(FuzzTarget target, byte[] input, string which, string why)
    {
        if (Setting("GEMMA_FUZZ_KEEP") is { } keep)
        {
            var folder = Directory.CreateDirectory(Path.Combine(keep, target.Name)).FullName;
            var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..16];
            File.WriteAllBytes(Path.Combine(folder, name), input);
        }

        return new AssertionException(
            $"{target.Name}, {which}: {why}\nThe input, in base64: {Convert.ToBase64String(input)}"
        );
    }

    private static IEnumerable<byte[]> Kept(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
            : [];

    /// <summary>Leaves of an outcome what isn't the input's own: what is quoted, and numbers.</summary>
    private static string Shape(string outcome) => Own().Replace(outcome.Length <= 400 ? outcome : outcome[..400], "_");

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    [GeneratedRegex("\"[^\"]*\"?|'[^']*'?|[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Own();
}

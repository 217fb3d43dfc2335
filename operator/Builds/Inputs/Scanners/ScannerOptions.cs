using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs.Scanners;

/// <summary>
/// Holds what a user tells a scanner beside what the operator does, and where its database comes from: nothing that
/// changes what is found or how it is reported.
/// </summary>
/// <param name="Flags">Additional flags.</param>
/// <param name="Variables">Environment, in the spec's order.</param>
/// <param name="Database">Where its database comes from; null means the scanner's own place.</param>
internal sealed record ScannerOptions(
    IReadOnlyList<string> Flags,
    IReadOnlyList<KeyValuePair<string, string>> Variables,
    DatabaseSource? Database
)
{
    private const string Field = "spec.verification.scan";

    /// <summary>Understands what a spec says of its scanner; its database only where it says which scanner.</summary>
    public static Parsed<ScannerOptions> Parse(ScanSpec? scan)
    {
        if (scan?.Scanner.Value is not { } scanner)
        {
            // An unknown scanner is told of elsewhere.
            return Parsed<ScannerOptions>.Of(new ScannerOptions([], [], null));
        }

        var problems = new List<FieldError>();
        var flags = ParseFlags(scanner, scan.Args ?? [], problems);
        var variables = ParseVariables(scanner, scan.Env ?? [], problems);
        var database = scan.Database is { } given ? DatabaseSource.Parse(scanner, given) : null;
        problems.AddRange(database?.Problems ?? []);
        return problems.Count > 0
            ? Parsed<ScannerOptions>.Wrong(problems)
            : Parsed<ScannerOptions>.Of(new ScannerOptions(flags, variables, database?.Value));
    }

    private static List<string> ParseFlags(ScannerKind scanner, IReadOnlyList<string> given, List<FieldError> problems)
    {
        if (given.Count > SpecBounds.ExtraArgs)
        {
            problems.Add(Problem.At($"{Field}.args", $"{given.Count} flags", $"list at most {SpecBounds.ExtraArgs}"));
        }

        var flags = new List<string>();
        foreach (var (i, text) in given.Take(SpecBounds.ExtraArgs).Index())
        {
            var parsed = ScannerFlag.Parse(scanner, text ?? "", $"{Field}.args[{i}]");
            problems.AddRange(parsed.Problems);
            if (parsed.TryGet(out var flag))
            {
                flags.Add(flag);
            }
        }

        return flags;
    }

    private static List<KeyValuePair<string, string>> ParseVariables(
        ScannerKind scanner,
        IReadOnlyList<EnvironmentVariable> given,
        List<FieldError> problems
    )
    {
        if (given.Count > SpecBounds.Variables)
        {
            problems.Add(
                Problem.At($"{Field}.env", $"{given.Count} variables", $"list at most {SpecBounds.Variables}")
            );
        }

        var all = new List<KeyValuePair<string, string>>();
        foreach (var (i, variable) in given.Take(SpecBounds.Variables).Index())
        {
            var (name, value) = (variable?.Name ?? "", variable?.Value ?? "");
            var wrong = Judge(scanner, $"{Field}.env[{i}]", name, value).ToList();
            problems.AddRange(wrong);
            if (wrong.Count > 0)
            {
                continue;
            }

            if (all.Any(v => v.Key == name))
            {
                problems.Add(Problem.At($"{Field}.env[{i}].name", $"{name} is set twice", "name it once"));
            }
            else
            {
                all.Add(KeyValuePair.Create(name, value));
            }
        }

        return all;
    }

    private static IEnumerable<FieldError> Judge(ScannerKind scanner, string where, string name, string value)
    {
        var known = ScannerVariables.Of(scanner);
        if (!known.Contains(name, StringComparer.Ordinal))
        {
            yield return Problem.At(
                $"{where}.name",
                $"{Quoted.Of(name)} isn't known to leave what {scanner} finds, and how it says so, as it is",
                $"use one of {string.Join(", ", known)}; proxies are said in spec.build.env, and where the database "
                    + "comes from in spec.verification.scan.database"
            );
        }

        if (UntrustedText.HasControl(value))
        {
            yield return Problem.At(
                $"{where}.value",
                "it holds a line break or another control character",
                "use printable characters only"
            );
        }
        else if (value.Length > SpecBounds.VariableValue)
        {
            yield return Problem.At(
                $"{where}.value",
                $"{value.Length} characters",
                $"keep it below {SpecBounds.VariableValue}"
            );
        }
    }
}

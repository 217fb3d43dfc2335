using System.Text.RegularExpressions;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds the image's environment: names and literal values that can't change how its programs are loaded.
/// </summary>
internal sealed partial record BuildEnvironment
{
    /// <summary>Bounds the number of variables.</summary>
    public const int MaxCount = SpecBounds.Variables;

    /// <summary>Bounds one value, in characters.</summary>
    public const int MaxValueLength = SpecBounds.VariableValue;

    /// <summary>
    /// Lists the variables by which a value becomes code or replaces the loader, the shell's start-up file or the
    /// module path, and those that the operator sets itself.
    /// </summary>
    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        "BASH_ENV",
        "ENV",
        "SHELLOPTS",
        "BASHOPTS",
        "PS4",
        "IFS",
        "PROMPT_COMMAND",
        "PATH",
        "HOME",
        "PYTHONSTARTUP",
        "PYTHONHOME",
        "PYTHONINSPECT",
        "PYTHONWARNINGS",
        "PYTHONBREAKPOINT",
        "PYTHONPATH",
        "PYTHONUSERBASE",
        "PYTHONUNBUFFERED",
        "PIP_BREAK_SYSTEM_PACKAGES",
        "GCONV_PATH",
        "NODE_OPTIONS",
        "PERL5OPT",
        "RUBYOPT",
        "JAVA_TOOL_OPTIONS",
        "DOTNET_STARTUP_HOOKS",
        "CACHE_EPOCH",
        "BASE_IMAGE",
        Cooldown.BeforeArgument,
        Cooldown.FixesArgument,
    };

    private static readonly string[] RefusedPrefixes =
    [
        "LD_",
        "DYLD_",
        "BASH_FUNC_",
        "KANIKO_",
        "FF_KANIKO_",
        "CORECLR_",
        "COR_",
    ];

    private BuildEnvironment(IReadOnlyList<KeyValuePair<string, string>> variables) => Variables = variables;

    public static BuildEnvironment Empty { get; } = new([]);

    /// <summary>Gets the variables, sorted by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; }

    public static Parsed<BuildEnvironment> Parse(IReadOnlyList<EnvironmentVariable>? given, string field)
    {
        var problems = new List<FieldError>();
        var variables = given ?? [];
        if (variables.Count > MaxCount)
        {
            problems.Add(Problem.At(field, $"{variables.Count} variables", $"list at most {MaxCount}"));
        }

        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (variable, i) in variables.Take(MaxCount).Select((v, i) => (v, i)))
        {
            var where = $"{field}[{i}]";
            var (name, value) = (variable?.Name ?? "", variable?.Value ?? "");
            if (!Name().IsMatch(name))
            {
                problems.Add(
                    Problem.At(
                        $"{where}.name",
                        $"{Quoted.Of(name)} isn't a variable name",
                        "use letters, digits and _, at most 128, not starting with a digit"
                    )
                );
            }
            else if (IsRefused(name))
            {
                problems.Add(
                    Problem.At(
                        $"{where}.name",
                        $"{name} changes how programs are loaded or is set by the operator",
                        "remove this variable"
                    )
                );
            }
            else if (UntrustedText.HasControl(value))
            {
                problems.Add(
                    Problem.At(
                        $"{where}.value",
                        "it holds a line break or another control character",
                        "use printable characters only"
                    )
                );
            }
            else if (value.Length > MaxValueLength)
            {
                problems.Add(
                    Problem.At($"{where}.value", $"{value.Length} characters", $"keep it below {MaxValueLength}")
                );
            }
            else if (!sorted.TryAdd(name, value))
            {
                problems.Add(Problem.At($"{where}.name", $"{name} is set twice", "set it once"));
            }
        }

        return problems.Count > 0
            ? Parsed<BuildEnvironment>.Wrong(problems)
            : Parsed<BuildEnvironment>.Of(new BuildEnvironment([.. sorted]));
    }

    /// <summary>Decides whether a name may not be set in an image.</summary>
    public static bool IsRefused(string name) =>
        Refused.Contains(name) || RefusedPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}

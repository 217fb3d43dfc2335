using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Notifications;
using GemmaOperator.Api.Validation.Pods;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Notifications;

/// <summary>Checks who is told of what happens. Pure; never throws, whatever the object holds.</summary>
internal static partial class NotificationRules
{
    /// <summary>Bounds the receivers of an object.</summary>
    public const int MostReceivers = 8;

    /// <summary>Bounds a template, in characters.</summary>
    public const int LongestTemplate = 1000;

    private const int LongestName = 63;

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    private const string Path = "spec.notifications";

    public static IReadOnlyList<FieldError> Check(GemmaBaseImageSpec spec)
    {
        var findings = new Findings();
        findings.Most(Path, spec.Notifications?.Count, MostReceivers);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, receiver) in (spec.Notifications ?? []).Index())
        {
            if (receiver is null)
            {
                findings.Add($"{Path}[{i}]", "it is empty", "remove it");
                continue;
            }

            Check($"{Path}[{i}]", receiver, findings);
            if (!names.Add(receiver.Name ?? ""))
            {
                findings.Add($"{Path}[{i}].name", $"{Quoted.Of(receiver.Name)} is given twice", "choose another name");
            }
        }

        return findings.Errors;
    }

    /// <summary>Tells whether a receiver can be told, whatever else is wrong with the spec.</summary>
    public static bool IsUsable(NotificationSpec? receiver)
    {
        var findings = new Findings();
        if (receiver is not null)
        {
            Check(Path, receiver, findings);
        }

        return receiver is not null && findings.Errors.Count == 0;
    }

    private static void Check(string path, NotificationSpec receiver, Findings findings)
    {
        findings.Text(
            $"{path}.name",
            receiver.Name,
            LongestName,
            PodSyntax.VolumeName(),
            "a receiver's name",
            "use at most 63 of a-z, 0-9 and -, with a letter or digit at both ends"
        );
        findings.OneOf($"{path}.type", receiver.Type);
        findings.ObjectName($"{path}.secretRef.name", receiver.SecretRef?.Name, "a Secret");
        findings.Most($"{path}.events", receiver.Events?.Count, WireEnum<NotificationEvent>.Words.Count);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, happened) in (receiver.Events ?? []).Index())
        {
            findings.OneOf($"{path}.events[{i}]", happened);
            if (!known.Add(happened.Text))
            {
                findings.Add($"{path}.events[{i}]", $"{Quoted.Of(happened.Text)} is given twice", "remove one of them");
            }
        }

        if (receiver.Template is { } template)
        {
            findings.Text(
                $"{path}.template",
                template,
                LongestTemplate,
                Template(),
                "a template",
                "write text with {namespace}, {name}, {event}, {reason}, {build}, {image}, {changes}, {message}, "
                    + "{time} or {id}, and no other braces"
            );
        }
    }

    /// <summary>Finds the placeholders of a template.</summary>
    [GeneratedRegex(@"\{(?<name>namespace|name|event|reason|build|image|changes|message|time|id)\}", Options)]
    public static partial Regex Placeholder();

    [GeneratedRegex(@"\A([^{}]|\{(namespace|name|event|reason|build|image|changes|message|time|id)\})+\z", Options)]
    private static partial Regex Template();
}

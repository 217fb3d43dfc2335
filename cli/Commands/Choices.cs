using System.CommandLine;
using System.CommandLine.Parsing;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;
using KubectlGemma.Acting;
using KubectlGemma.Images;
using KubectlGemma.Output.Data;

namespace KubectlGemma.Commands;

/// <summary>Makes the options that several commands have.</summary>
internal static class Choices
{
    public static Option<OutputFormat> Format(string description = "json, yaml, wide, name or jsonpath=TEMPLATE.") =>
        new("--output", "-o")
        {
            Description = description,
            DefaultValueFactory = _ => OutputFormat.Text,
            CustomParser = given =>
            {
                try
                {
                    return OutputFormat.Parse(given.Tokens[0].Value);
                }
                catch (FormatException e)
                {
                    given.AddError($"--output: {e.Message}");
                    return OutputFormat.Text;
                }
            },
        };

    public static Option<bool> Everywhere() => new("--all-namespaces", "-A") { Description = "In all namespaces." };

    public static Option<string?> Labels() => new("--selector", "-l") { Description = "Label selector." };

    public static Option<DryRun> DryRun() =>
        new("--dry-run")
        {
            Description = "client: send nothing. server: let the API server judge it, and keep nothing.",
            CustomParser = given =>
                given.Tokens[0].Value switch
                {
                    "none" => Acting.DryRun.None,
                    "client" => Acting.DryRun.Client,
                    "server" => Acting.DryRun.Server,
                    var other => Refuse<DryRun>(given, $"--dry-run: '{other}' is none of none, client, server"),
                },
        };

    public static Option<TimeSpan> Timeout() =>
        new("--timeout")
        {
            Description = "How long --wait waits, for example 90m.",
            DefaultValueFactory = _ => TimeSpan.FromHours(2),
            CustomParser = given => Duration("--timeout", given),
        };

    /// <summary>Makes an option for a length of time, at most a year.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) =>
        new(name) { Description = description, CustomParser = given => Duration(name, given) };

    private static TimeSpan Duration(string name, ArgumentResult given) =>
        GoDuration.TryParse(given.Tokens[0].Value, out var duration)
        && duration > TimeSpan.Zero
        && duration <= TimeSpan.FromDays(366)
            ? duration
            : Refuse<TimeSpan>(given, $"{name}: '{given.Tokens[0].Value}' isn't a duration, such as 90m or 1h30m");

    public static Argument<string> Name(string description = "Name of a GemmaBaseImage.") =>
        new(Arguments.Name) { Description = description, CustomParser = ObjectName };

    public static Argument<string> Build(string description = "Name of a GemmaBuild.") =>
        new(Arguments.Build) { Description = description, CustomParser = ObjectName };

    /// <summary>Takes what has a slash, a colon or an at sign for an image, and all else for a name.</summary>
    public static Argument<ImageOrName> ImageOrName() =>
        new(Arguments.ImageOrName)
        {
            Description = "An image by tag or digest, or the name of a GemmaBaseImage or a GemmaBuild.",
            CustomParser = given =>
                given.Tokens[0].Value is var text && text.AsSpan().IndexOfAny('/', ':', '@') < 0
                    ? new ImageOrName(null, ObjectName(given))
                : ImageReference.TryParse(text, out var image, out var error) ? new ImageOrName(image, null)
                : Refuse<ImageOrName>(given, error),
        };

    /// <summary>Checks a name before it comes near a URL.</summary>
    public static string ObjectName(ArgumentResult given)
    {
        var text = given.Tokens.Count > 0 ? given.Tokens[0].Value : "";
        return NameSyntax.IsName(text)
            ? text
            : Refuse<string>(given, $"{Quoted.Of(text)} can't be the name of an object");
    }

    private static T Refuse<T>(ArgumentResult given, string error)
    {
        given.AddError(error);
        return default!;
    }
}

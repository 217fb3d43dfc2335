using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using GemmaOperator.Hub;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Hosting;

/// <summary>Reads options' values; what can't be one becomes the parser's error, in one line.</summary>
internal static class CommandLineValues
{
    /// <summary>Bounds the namespaces that are watched one by one: each has about a dozen watches.</summary>
    private const int MostNamespaces = 100;

    private static readonly string[] Levels = ["Trace", "Debug", "Information", "Warning", "Error", "Critical"];

    public static Func<ArgumentResult, int> Whole(int least, int most) =>
        given =>
        {
            var isNumber = int.TryParse(
                Text(given),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var number
            );
            return isNumber && number >= least && number <= most
                ? number
                : Refuse<int>(given, $"'{Text(given)}' isn't a whole number from {least} to {most}");
        };

    /// <summary>Requests a second; 0: no limit.</summary>
    public static double Rate(ArgumentResult given) =>
        double.TryParse(Text(given), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate)
        && rate is 0 or (>= 1 and <= 10_000)
            ? rate
            : Refuse<double>(given, $"'{Text(given)}' is neither 0 nor a number from 1 to 10000");

    public static LogLevel Level(ArgumentResult given) =>
        Levels.Contains(Text(given), StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<LogLevel>(Text(given), ignoreCase: true)
            : Refuse<LogLevel>(given, $"'{Text(given)}' is none of {string.Join(", ", Levels)}");

    /// <summary>Returns an address to listen at: the web server takes any other name for "everywhere".</summary>
    public static string Address(ArgumentResult given) =>
        Uri.TryCreate(Text(given), UriKind.Absolute, out var uri)
        && uri is { Scheme: "http", PathAndQuery: "/", Fragment: "", UserInfo: "" }
        && (uri.Host == "localhost" || IPAddress.TryParse(uri.Host, out _))
            ? Text(given)
            : Refuse<string>(
                given,
                $"'{Text(given)}' isn't http:// with an IP address and a port, such as http://127.0.0.1:8080"
            );

    public static string Namespace(ArgumentResult given) =>
        NameSyntax.IsNamespace(Text(given))
            ? Text(given)
            : Refuse<string>(given, $"'{Text(given)}' can't be the name of a namespace");

    public static string[] Namespaces(ArgumentResult given) =>
        All(given, NameSyntax.IsNamespace, "can't be the name of a namespace");

    /// <summary>Returns the namespaces to watch, each once, in their order, which all replicas share.</summary>
    public static string[] WatchedNamespaces(ArgumentResult given)
    {
        string[] all = [.. (Namespaces(given) ?? []).Distinct(StringComparer.Ordinal)];
        return all.Length <= MostNamespaces
            ? all
            : Refuse<string[]>(
                given,
                $"these are {all.Length} namespaces, and each costs connections of its own; name at most "
                    + $"{MostNamespaces}, or none to watch all"
            );
    }

    /// <summary>Returns names of objects that live in no namespace, such as classes.</summary>
    public static string[] ObjectNames(ArgumentResult given) =>
        All(given, NameSyntax.IsName, "can't be the name of an object");

    /// <summary>Returns the name of an object.</summary>
    public static string ObjectName(ArgumentResult given) =>
        NameSyntax.IsName(Text(given))
            ? Text(given)
            : Refuse<string>(given, $"'{Text(given)}' can't be the name of an object");

    /// <summary>Returns a namespace and a name within it.</summary>
    public static ObjectKey? Key(ArgumentResult given) =>
        Text(given).Split('/') is [var ns, var name] && NameSyntax.IsNamespace(ns) && NameSyntax.IsName(name)
            ? new ObjectKey(ns, name)
            : Refuse<ObjectKey?>(given, $"'{Text(given)}' isn't NAMESPACE/NAME");

    public static ImageRepository? Repository(ArgumentResult given) =>
        ImageRepository.TryParse(Text(given), out var repository, out var error)
            ? repository
            : Refuse<ImageRepository?>(given, error);

    /// <summary>Returns a reference that names where its image is to go.</summary>
    public static ImageReference? Reference(ArgumentResult given) =>
        !ImageReference.TryParse(Text(given), out var reference, out var error) ? Refuse<ImageReference?>(given, error)
        : reference.Digest is not null ? Refuse<ImageReference?>(given, $"'{Text(given)}' has a digest; name a tag")
        : reference;

    /// <summary>Returns a reference by digest.</summary>
    public static ImageReference PinnedReference(ArgumentResult given) =>
        !ImageReference.TryParse(Text(given), out var reference, out var error) ? Refuse<ImageReference>(given, error)
        : reference.Digest is null ? Refuse<ImageReference>(given, $"'{Text(given)}' has no digest")
        : reference;

    /// <summary>Returns how a report is written: text or json.</summary>
    public static string Format(ArgumentResult given) =>
        Text(given) is "text" or "json"
            ? Text(given)
            : Refuse<string>(given, $"'{Text(given)}' is neither text nor json");

    /// <summary>Returns an image; empty: none.</summary>
    public static string Image(ArgumentResult given)
    {
        var text = Text(given);
        return text.Length == 0 || ImageReference.TryParse(text, out _, out var error)
            ? text
            : Refuse<string>(given, error);
    }

    /// <summary>Returns the address of a hub; plain HTTP is for whoever runs the operator to choose.</summary>
    public static HubEndpoint Hub(ArgumentResult given) =>
        HubEndpoint.TryParse(Text(given), out var hub)
            ? hub
            : Refuse<HubEndpoint>(
                given,
                $"'{Text(given)}' isn't http:// or https:// with a host, such as https://huggingface.co"
            );

    public static RegistryMirrors Mirrors(ArgumentResult given) =>
        RegistryMirrors.TryParse(given.Tokens.Select(t => t.Value), out var mirrors, out var error)
            ? mirrors
            : Refuse<RegistryMirrors>(given, error);

    public static RepositoryPolicy Policy(ArgumentResult given) =>
        RepositoryPolicy.TryParse(given.Tokens.Select(t => t.Value), out var policy, out var error)
            ? policy
            : Refuse<RepositoryPolicy>(given, error);

    public static string[] Hosts(ArgumentResult given)
    {
        string[] hosts = [.. given.Tokens.Select(t => t.Value)];
        return hosts.FirstOrDefault(host => !IsHost(host)) is { } bad
            ? Refuse<string[]>(given, $"'{bad}' isn't a registry's host, such as localhost:5000")
            : hosts;
    }

    private static string[] All(ArgumentResult given, Func<string, bool> isGood, string problem)
    {
        string[] all = [.. given.Tokens.Select(t => t.Value)];
        return all.FirstOrDefault(one => !isGood(one)) is { } bad ? Refuse<string[]>(given, $"'{bad}' {problem}") : all;
    }

    private static bool IsHost(string text) =>
        !text.Contains('/')
        && ImageRepository.TryParse($"{text}/any/any", out var repository, out _)
        && repository.Host == text;

    private static string Text(ArgumentResult given) => given.Tokens[0].Value;

    private static T Refuse<T>(ArgumentResult given, string error)
    {
        given.AddError($"{(given.Parent as OptionResult)?.Option.Name ?? given.Argument.Name}: {error}");
        return default!;
    }
}

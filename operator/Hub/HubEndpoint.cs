using System.Diagnostics.CodeAnalysis;
using GemmaOperator.Api.Validation;

namespace GemmaOperator.Hub;

/// <summary>Holds the address of a Hugging Face hub: http or https, a host, maybe a port and a path.</summary>
internal sealed record HubEndpoint
{
    /// <summary>Is meant where none is named.</summary>
    public static readonly HubEndpoint Default = Parse("https://huggingface.co");

    private HubEndpoint(Uri address) => Address = address;

    /// <summary>Gets the address; its path ends with a slash.</summary>
    public Uri Address { get; }

    /// <summary>Returns an address that is known to be one.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static HubEndpoint Parse(string text) =>
        TryParse(text, out var endpoint) ? endpoint : throw new FormatException($"'{text}' isn't the address of a hub");

    public static bool TryParse(string? text, [NotNullWhen(true)] out HubEndpoint? endpoint)
    {
        endpoint =
            text is not null
            && Syntax.HubEndpoint().IsMatch(text)
            && Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
                ? new HubEndpoint(address)
                : null;
        return endpoint is not null;
    }

    /// <summary>Returns the address without the last slash, as users write it.</summary>
    public override string ToString() => Address.AbsoluteUri.TrimEnd('/');
}

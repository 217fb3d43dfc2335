using GemmaInference.Fetch.Transport;

namespace GemmaInference.Fetch.Hub;

/// <summary>Holds a hub's address, judged; a mirror may stand below a path.</summary>
internal sealed record HubEndpoint
{
    private HubEndpoint(Uri address) => Address = address;

    /// <summary>Gets the address without a slash at its end.</summary>
    public Uri Address { get; }

    public bool IsLoopback => Address.IsLoopback;

    private const int Longest = 2048;

    public Origin Origin => Origin.Of(Address);

    /// <summary>Parses an address; <paramref name="trouble"/> says what is wrong with it.</summary>
    public static HubEndpoint? TryParse(string text, bool insecure, out string trouble)
    {
        trouble = "";
        Uri? address = null;
        if (
            // Of texts beyond 64 KiB the runtime's parser throws.
            text.Length > Longest
            || !Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out address)
            || address.Scheme is not ("https" or "http")
            || address.UserInfo.Length > 0
            || address.Query.Length > 0
            || address.Fragment.Length > 0
        )
        {
            trouble = "expected an address such as https://huggingface.co, without credentials or query";
        }
        else if (address.Scheme == "http" && !insecure && !address.IsLoopback)
        {
            trouble = "expected https; --insecure allows http";
        }

        return trouble.Length == 0 ? new HubEndpoint(address!) : null;
    }

    /// <summary>Returns an address below it; each part is escaped.</summary>
    public Uri Below(params IEnumerable<string> parts) =>
        new($"{Text}/{string.Join('/', parts.Select(Uri.EscapeDataString))}");

    public override string ToString() => Text;

    private string Text => Address.ToString().TrimEnd('/');
}

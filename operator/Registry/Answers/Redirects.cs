using System.Net;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Answers;

/// <summary>Decides where a redirect leads, and whether it may be followed.</summary>
internal static class Redirects
{
    /// <summary>Bounds a chain: registries need one or two (to a region, to a store).</summary>
    public const int Most = 5;

    public static bool Is(HttpStatusCode code) =>
        code
            is HttpStatusCode.MovedPermanently
                or HttpStatusCode.Found
                or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect
                or HttpStatusCode.PermanentRedirect;

    /// <summary>Returns where a redirect leads: never from TLS to plain HTTP, never to what isn't HTTP.</summary>
    /// <exception cref="RegistryException">It leads nowhere that may be asked.</exception>
    public static Uri Target(Uri from, HttpResponseMessage response, string what)
    {
        var location = response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : "";
        if (location.Length == 0 || !Uri.TryCreate(from, location, out var to))
        {
            throw Refused($"{what}: it is sent on to {Quoted.Of(location)}, which is no URL");
        }

        var isHttp = to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && to.Scheme == from.Scheme);
        return isHttp && to.Host.Length > 0
            ? to
            : throw Refused($"{what}: it is sent on to {Quoted.Of(to.Scheme + "://" + to.Host)}, which isn't followed");
    }

    /// <summary>Tells whether two URLs are of one server: what is meant for one may go to the other.</summary>
    public static bool IsSameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && a.Host.Equals(b.Host, StringComparison.OrdinalIgnoreCase);

    private static RegistryException Refused(string message) => new(RegistryError.Invalid, message);
}

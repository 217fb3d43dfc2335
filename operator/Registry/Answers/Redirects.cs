using System.Net;
using GemmaOperator.Text;

namespace GemmaOperator.Registry.Answers;

/// <summary>Decides where a registry's answer leads, and whether that may be followed.</summary>
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
        var location = Named(response);
        if (location.Length == 0 || !Uri.TryCreate(from, location, out var to))
        {
            throw new RegistryException(
                RegistryError.Invalid,
                $"{what}: it is sent on to {Quoted.Of(location)}, which is no URL"
            );
        }

        var isHttp = to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && to.Scheme == from.Scheme);
        return isHttp && to.Host.Length > 0 && to.UserInfo.Length == 0
            ? to
            : throw Refused($"{what}: it is sent on to {Quoted.Of(to.Scheme + "://" + to.Host)}, which isn't followed");
    }

    /// <summary>Returns what a Location header holds; empty where there is none.</summary>
    public static string Named(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Location", out var values) ? values.ToString() : "";

    /// <summary>Reports an answer that leads where the operator doesn't go.</summary>
    public static RegistryException Refused(string message, RegistryAdvice? about = null, Exception? inner = null) =>
        new(RegistryError.EgressRefused, message, inner) { Field = about?.Field };
}

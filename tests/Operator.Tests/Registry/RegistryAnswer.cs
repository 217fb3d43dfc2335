using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GemmaOperator.Registry.Manifests;

namespace Operator.Tests.Registry;

/// <summary>Makes answers of registries and token services.</summary>
internal static class RegistryAnswer
{
    public static HttpResponseMessage Of(
        string body,
        string type = MediaTypes.OciManifest,
        HttpStatusCode code = HttpStatusCode.OK,
        params (string Name, string Value)[] headers
    )
    {
        var response = new HttpResponseMessage(code) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        response.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}

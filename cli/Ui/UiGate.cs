using System.Security.Cryptography;
using System.Text;
using GemmaOperator.Dashboard.Access;
using Microsoft.AspNetCore.Http;

namespace KubectlGemma.Ui;

/// <summary>
/// Lets in the one browser that comes with the token of the printed address, and nobody else: other users of this
/// machine reach its loopback, too, and other sites can give it a name of theirs. The token is worth something once;
/// from there on a cookie counts, which the browser sends below a path alone that no other server of this machine
/// knows.
/// </summary>
/// <param name="rights">What the visitor may see.</param>
/// <param name="opened">Told when the token has been used.</param>
internal sealed class UiGate(IRights rights, Action opened) : IGate
{
    private const string Cookie = "kubectl-gemma";
    private const string TokenField = "token";
    private const int Bytes = 24;

    private readonly byte[] _cookie = RandomNumberGenerator.GetBytes(Bytes);
    private readonly byte[] _token = RandomNumberGenerator.GetBytes(Bytes);
    private readonly string _prefix = $"/{Text(RandomNumberGenerator.GetBytes(Bytes))}/";
    private int _isUsed;

    /// <summary>Gets or sets the port; a request for another name or port than the loopback's isn't answered.</summary>
    public int Port { get; set; }

    /// <summary>Gets what the printed address has after host and port.</summary>
    public string Path => $"{_prefix}?{TokenField}={Text(_token)}";

    public Task<Admission> AdmitAsync(HttpContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Admit(context));

    private Admission Admit(HttpContext context)
    {
        if (!IsThisServer(context.Request.Host))
        {
            return new Admission.Refused(
                StatusCodes.Status421MisdirectedRequest,
                "Another server is meant",
                "This page is at 127.0.0.1 and at localhost alone."
            );
        }

        if (context.Request.Path.Value is not { } path || !path.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return Refused;
        }

        var token = context.Request.Query[TokenField].FirstOrDefault();
        if (Is(context.Request.Cookies[Cookie], _cookie))
        {
            return token is null
                ? new Admission.Admitted(_prefix, path[_prefix.Length..], null, rights)
                : new Admission.Redirected(_prefix);
        }

        // What only asks for the headers, a preview or a monitor, opens nothing.
        if (
            !HttpMethods.IsGet(context.Request.Method)
            || !Is(token, _token)
            || Interlocked.Exchange(ref _isUsed, 1) != 0
        )
        {
            return Refused;
        }

        opened();
        context.Response.Cookies.Append(
            Cookie,
            Text(_cookie),
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Path = _prefix,
                IsEssential = true,
            }
        );
        return new Admission.Redirected(_prefix);
    }

    private static Admission Refused { get; } =
        new Admission.Refused(
            StatusCodes.Status403Forbidden,
            "Not for you",
            "Open the address that kubectl gemma ui printed. It lets one browser in, once: for another one, end the "
                + "command and start it again. If it wasn't you who used it, end it, too."
        );

    private bool IsThisServer(HostString host) => host.Host is "127.0.0.1" or "localhost" && host.Port == Port;

    private static bool Is(string? given, byte[] secret) =>
        given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Text(secret)));

    private static string Text(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}

using System.Security.Authentication;

namespace KubectlGemma.Local.Engines;

/// <summary>Says why the certificate that an engine shows isn't trusted.</summary>
internal sealed class EngineDistrustException(string why) : AuthenticationException(why);

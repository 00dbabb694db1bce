namespace Hashgate.Proxy.ClientTokens;

/// <summary>Who may read at an endpoint that asks for no role, where client tokens are on; without this it is <see cref="Installers"/>.</summary>
internal enum Readers
{
    /// <summary>Whoever sends a token in force.</summary>
    Installers,

    /// <summary>Those, and whoever may look at the dashboard.</summary>
    People,

    Everyone,
}

/// <summary>Says it of an endpoint.</summary>
internal static class ReadersExtensions
{
    public static TBuilder ReadBy<TBuilder>(this TBuilder builder, Readers readers) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new ReadersMetadata(readers));
}

/// <summary>What <see cref="ClientGate"/> finds at an endpoint.</summary>
internal sealed record ReadersMetadata(Readers Readers);

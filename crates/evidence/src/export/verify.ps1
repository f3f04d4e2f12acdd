# Checks this folder with what Windows ships: PowerShell 5.1 or newer, ssh-keygen.
# Usage: powershell -ExecutionPolicy Bypass -File verify.ps1 [-Fingerprint SHA256:...]
#   Fingerprint    the holder's, received by another route
# The log, the time-stamps and SM3 need openssl: see VERIFY.en.txt, or use zhenxin-verify.
# Exit code: 0 passed, with the fingerprint; 1 changed; 2 unreadable; 3 nothing changed, but this folder alone cannot
# exclude that it was made anew, or it is the masked variant.
param([string]$Fingerprint = '')
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
$script:bad = $false

function Write-Bad([string]$what) {
    Write-Output "BAD  $what"
    $script:bad = $true
}

$information = @(Get-Content -Encoding UTF8 -LiteralPath 'bag-info.txt' -ErrorAction SilentlyContinue)
if (-not (Test-Path -LiteralPath 'bagit.txt') -or -not ($information -ccontains 'Evidence-Format: 1')) {
    Write-Output 'not an export, or of an unknown version'
    exit 2
}

if (-not (Get-Command ssh-keygen -ErrorAction SilentlyContinue)) {
    Write-Output 'ssh-keygen is missing: add the optional feature "OpenSSH Client" in the settings, then run this again'
    exit 2
}

# ---- lists: which file has which sum
function Read-List([string]$name) {
    $sums = @{}
    foreach ($line in @(Get-Content -Encoding UTF8 -LiteralPath $name)) {
        $sum, $path = $line -split '  ', 2
        if ($line -cnotmatch '^[0-9a-f]{64,128}  [A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$' -or $path -match '(^|/)\.\.?(/|$)') {
            throw "$name has a line that no list has: $line"
        }
        if ($sums.ContainsKey($path)) { throw "$name lists $path twice" }
        $sums[$path] = $sum
    }
    return $sums
}

$lists = @{}
foreach ($name in @('manifest-sha256.txt', 'manifest-sha512.txt', 'tagmanifest-sha256.txt', 'sm3sums.txt')) {
    try { $lists[$name] = Read-List $name }
    catch {
        Write-Bad $_.Exception.Message
        $lists[$name] = @{}
    }
}
foreach ($list in @(@('manifest-sha256.txt', 'SHA256'), @('manifest-sha512.txt', 'SHA512'), @('tagmanifest-sha256.txt', 'SHA256'))) {
    $sums = $lists[$list[0]]
    foreach ($path in @($sums.Keys)) {
        if (-not (Test-Path -LiteralPath $path -PathType Leaf)) { Write-Bad "missing: $path" }
        elseif ((Get-FileHash -Algorithm $list[1] -LiteralPath $path).Hash.ToLowerInvariant() -cne $sums[$path]) { Write-Bad "changed: $path" }
    }
}

# ---- no file too many, none too few
$unlisted = @('tagmanifest-sha256.txt', 'tagmanifest-sha256.txt.sig')
$payload = 0
foreach ($file in @(Get-ChildItem -Recurse -Force -File)) {
    $path = $file.FullName.Substring($PSScriptRoot.Length).TrimStart('\', '/').Replace('\', '/')
    if ($path -cmatch '^data/') {
        $payload = $payload + 1
        foreach ($name in @('manifest-sha256.txt', 'manifest-sha512.txt', 'sm3sums.txt')) {
            if (-not $lists[$name].ContainsKey($path)) { Write-Bad "not in ${name}: $path" }
        }
    }
    elseif (-not ($unlisted -ccontains $path) -and -not $lists['tagmanifest-sha256.txt'].ContainsKey($path)) { Write-Bad "not listed: $path" }
}
if ($lists['sm3sums.txt'].Count -ne $payload) { Write-Bad 'sm3sums.txt lists other files than there are' }

# ---- the holder's signature over the list
# One key and no more: ssh-keygen would take any key of a longer list.
$holders = @(Get-Content -Encoding UTF8 -LiteralPath 'keys/holder.pub')
$alloweds = @(Get-Content -Encoding UTF8 -LiteralPath 'keys/allowed_signers')
if ($holders.Count -ne 1 -or $alloweds.Count -ne 1) { Write-Bad 'more than one key of the holder' }
$holder = $holders[0]
$allowed = $alloweds[0]
if ($allowed -cne ('holder namespaces="evidence-export@v1" ' + $holder)) { Write-Bad 'keys/allowed_signers is not for keys/holder.pub' }
cmd /c 'ssh-keygen -Y verify -f keys\allowed_signers -I holder -n evidence-export@v1 -s tagmanifest-sha256.txt.sig < tagmanifest-sha256.txt'
if ($LASTEXITCODE -ne 0) { Write-Bad "the holder's signature" }
$print = ((ssh-keygen -lf 'keys/holder.pub') -split ' ')[1]
Write-Output "holder's fingerprint: $print"
if ($Fingerprint -ne '' -and $Fingerprint -cne $print) { Write-Bad 'it is not the fingerprint that you gave' }

if ($script:bad) {
    Write-Output 'BAD: changed'
    exit 1
}
Write-Output 'ok: unchanged since it was signed by the key whose fingerprint stands above. It does not show who sent it or whether it is true.'
if ($Fingerprint -ne '' -and ($information -ccontains 'Evidence-Variant: full')) { exit 0 }
exit 3

"""Log in, log out, theme and language."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import (
    authenticate,
    login as start_session,
    logout as end,
    update_session_auth_hash,
)
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from counterfoil.web.shell import LAST_WORKSPACE, THEMES, theme_of
from counterfoil.web.signin.throttle import (
    Attempt,
    address_of,
    count_failure,
    forget,
    is_stopped,
)
from counterfoil.workspaces.access import workspaces_of
from counterfoil.workspaces.models import User

YEAR = 365 * 24 * 60 * 60


def _next(request: HttpRequest) -> str:
    """Where to go on: only to this site, or home."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else resolve_url("root")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The sign-in page. Its refusals do not tell whether the account exists."""
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(_next(request))
        return _form(request)
    email = request.POST.get("email", "").replace("\0", "").strip()
    attempt = Attempt(email, address_of(request))
    now = timezone.now()
    if is_stopped(attempt, now=now):
        error = _("Too many attempts. Wait a quarter of an hour, then try again.")
        return _form(request, email=email, error=error, status=429)
    user = authenticate(
        request, username=email, password=request.POST.get("password", "")
    )
    if user is None:
        count_failure(attempt, now=now)
        error = _("That e-mail and password do not belong together. Check both.")
        return _form(request, email=email, error=error, status=422)
    forget(attempt)
    start_session(request, user)
    return HttpResponseRedirect(_next(request))


def _form(
    request: HttpRequest, *, email: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "title": _("Log in"),
        "theme": theme_of(request),
        "next": request.POST.get("next") or request.GET.get("next") or "",
        "email": email,
        "error": error,
    }
    return render(request, "signin/login.html", context, status=status)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    end(request)
    return HttpResponseRedirect(resolve_url("login"))


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme; nothing chosen follows the system."""
    response = HttpResponseRedirect(_next(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax")
    else:
        response.delete_cookie("theme")
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language: in a cookie, and with the person who signed in."""
    response = HttpResponseRedirect(_next(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax"
        )
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
            translation.activate(chosen)
    return response


@sensitive_post_parameters("current", "password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.path, resolve_url("login"))
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        chosen = request.POST.get("password", "")
        if not user.check_password(request.POST.get("current", "")):
            errors["current"] = [_("This is not your password.")]
        try:
            validate_password(chosen, user)
        except ValidationError as error:
            errors["password"] = list(error.messages)
        if not errors:
            user.set_password(chosen)
            user.save(update_fields=["password"])
            update_session_auth_hash(request, user)
            messages.success(request, _("Password changed"))
            return HttpResponseRedirect(resolve_url("root"))
    context = {"title": _("Change password"), "theme": theme_of(request)}
    return render(
        request,
        "signin/password.html",
        {**context, "errors": errors},
        status=422 if errors else 200,
    )


@never_cache
def root(request: HttpRequest) -> HttpResponse:
    """To the workspace that was seen last, or the first there is."""
    if not isinstance(request.user, User):
        return HttpResponseRedirect(resolve_url("login"))
    mine = workspaces_of(request.user)
    if not mine:
        context = {"title": _("No workspace"), "theme": theme_of(request)}
        return render(request, "signin/no_workspace.html", context)
    last = request.session.get(LAST_WORKSPACE)
    chosen = next((one for one in mine if one.pk == last), mine[0])
    return HttpResponseRedirect(resolve_url("home", chosen.pk))


@never_cache
def workspaces(request: HttpRequest) -> HttpResponse:
    """The workspaces of this person: the switcher's panel, or a page of its own."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.path, resolve_url("login"))
    context = {
        "title": _("Workspaces"),
        "theme": theme_of(request),
        "workspaces": workspaces_of(request.user),
        "current": request.session.get(LAST_WORKSPACE),
    }
    is_panel = getattr(request, "htmx", False)
    template = "frame/workspaces.html" if is_panel else "signin/workspaces.html"
    return render(request, template, context)
